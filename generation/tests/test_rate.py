"""So many calls a minute, for all workers together."""

import pytest
import time_machine
from django.core.cache import cache

from generation.providers.errors import Busy
from generation.providers.remote import rate
from generation.tests.engine import at_once

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _forget(db):
    yield
    cache.clear()


def test_after_a_minute_there_is_room_again():
    with time_machine.travel("2026-11-21T10:00Z", tick=False) as clock:
        rate.take("key", 2)
        clock.shift(20)
        rate.take("key", 2)
        clock.shift(20)
        with pytest.raises(Busy) as error:
            rate.take("key", 2)
        assert error.value.retry_after == 20
        clock.shift(20)
        rate.take("key", 2)


def test_keys_are_counted_each_by_itself():
    rate.take("one", 1)
    rate.take("another", 1)


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_only_so_many_get_through():
    results = at_once(8, lambda number: rate.take("key", 5))
    assert sum(result is None for result in results) == 5
    assert sum(isinstance(result, Busy) for result in results) == 3


def test_whoever_died_with_the_lock_holds_nobody_up_for_long(monkeypatch):
    monkeypatch.setattr(rate, "PATIENCE", 0)
    rate.take("key", 5)
    (name,) = {f"calls:{rate.hashlib.sha256(b'key').hexdigest()[:32]}:lock"}
    cache.set(name, True, rate.LOCK_SECONDS)
    with pytest.raises(Busy):
        rate.take("key", 5)
    with time_machine.travel(rate.time.time() + rate.LOCK_SECONDS + 1):
        rate.take("key", 5)
