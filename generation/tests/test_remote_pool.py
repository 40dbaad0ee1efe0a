"""The pool of remote calls: several orders of one process at the same time."""

import threading
import time

import pytest
from django.core.cache import cache
from django.db import connections

from generation import worker
from generation.invariants import violations
from generation.models import Image, Job
from generation.tests.engine import ask, without_cap
from generation.tests.remote import make_model, make_service
from generation.tests.stand_ins.openai import KEY, OpenAI

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture
def api(settings):
    settings.LOOK_SECONDS = 0.05
    settings.REMOTE_CALLS = 3
    with OpenAI() as api:
        settings.TRUSTED_HOSTS = [api.host]
        yield api
    cache.clear()


def test_three_orders_wait_for_answers_at_the_same_time(studio, alice, api):
    """None is answered before all three are there."""
    all_there = threading.Barrier(3, timeout=60)

    def together(asked, connection):
        all_there.wait()
        return api.made(1, "64x64")

    api.behaviour = together
    without_cap(alice)
    model = make_model(make_service("openai", api.url, api_key=KEY))
    batch = ask(studio, model, count=3)
    worker.start({"remote"})
    try:
        deadline = time.monotonic() + 120
        while batch.jobs.unfinished().exists() and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        worker.stop()
        connections.close_all()
    assert set(Job.objects.values_list("state", flat=True)) == {"succeeded"}
    assert Image.objects.count() == 3
    assert violations(idle=True) == []
