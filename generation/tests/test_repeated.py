"""A request that is sent twice is done once, for a day and however much the site has to do."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.db.models import TextField, Value
from django.utils.timezone import now

from generation.tests.engine import at_once
from pixazo import repeated
from pixazo.models import Answered
from pixazo.tasks import forget_events
from workspaces.models import Topic

pytestmark = [pytest.mark.django_db, pytest.mark.both]
WHERE = "/api/v1/topics"


def make(client, name="Foxes", key="k"):
    sent = {"workspace": "studio", "name": name}
    return client.post(WHERE, sent, "application/json", headers={"Idempotency-Key": key})


def test_it_is_answered_as_before_though_the_cache_forgot_everything(as_alice, as_bob, studio):
    first = make(as_alice)
    assert first.status_code == 201
    cache.clear()
    again = make(as_alice)
    assert (again.status_code, again.json()) == (201, first.json())
    assert again.headers["Idempotency-Replayed"] == "true"
    assert make(as_alice, "Boats").status_code == 422
    assert make(as_bob, "Boats").status_code == 201, "Another person's key is another one."
    assert Topic.objects.filter(name="Foxes").count() == 1


def test_what_is_remembered_is_nobodys_to_read(as_alice, studio):
    """It may be the address of a share link, which is encrypted in its own row."""
    first = make(as_alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT body FROM pixazo_answered")
        assert "Foxes" not in cursor.fetchone()[0]
    assert make(as_alice).json() == first.json()
    Answered.objects.update(body=Value("of another key", output_field=TextField()))
    again = make(as_alice)
    assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
    assert Topic.objects.filter(name="Foxes").count() == 1


def test_after_a_day_the_key_is_a_new_one_and_its_row_goes(as_alice, studio):
    first = make(as_alice)
    Answered.objects.update(until=now() - timedelta(seconds=1))
    assert make(as_alice).json()["id"] != first.json()["id"]
    Answered.objects.update(until=now() - timedelta(seconds=1))
    make(as_alice, key="another")
    forget_events()
    (row,) = Answered.objects.all()
    assert now() + timedelta(hours=23) < row.until < now() + timedelta(hours=25)


def test_what_was_refused_may_be_asked_again(as_alice, studio):
    assert make(as_alice, "x" * 101).status_code == 400
    assert not Answered.objects.exists()
    assert make(as_alice, "Foxes").status_code == 201


def test_whoever_was_at_it_and_is_gone_keeps_nobody_waiting(as_alice, studio):
    make(as_alice)
    Answered.objects.update(status=None, body=None, until=now() + timedelta(seconds=60))
    waits = make(as_alice)
    assert (waits.status_code, waits.json()["code"]) == (409, "under_way")
    Answered.objects.update(until=now() - timedelta(seconds=1))
    assert make(as_alice).status_code == 201
    assert Topic.objects.filter(name="Foxes").count() == 2


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("over", [False, True])
def test_of_many_at_once_it_is_one_ones_turn(alice, over):
    def row(turn):
        return Answered(name="n" * 64, person=alice, turn=turn, digest="d", until=until)

    until = now() + timedelta(minutes=2)
    if over:
        Answered.objects.create(
            name="n" * 64, person=alice, turn="old", digest="d", until=now() - timedelta(days=1)
        )
    first = at_once(4, lambda number: repeated._first(row(str(number))))
    assert first.count(None) == 1


def test_they_go_with_their_person(as_alice, alice, studio):
    make(as_alice)
    alice.delete()
    assert not Answered.objects.exists()
