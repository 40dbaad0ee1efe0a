"""Several pictures in one call at a service: what was made is kept, nothing is paid for twice."""

import base64

import pytest
from django.core.cache import cache
from django.db import OperationalError

from generation.catalogue.adapters import ADAPTERS
from generation.models import Image, Job
from generation.providers.remote import rate, results
from generation.tests.engine import ask, ask_one, claim, draw, without_cap
from generation.tests.gateway_site import TEXT
from generation.tests.remote import make_model, make_service, once, succeeded
from generation.tests.stand_ins.openai import KEY, OpenAI
from generation.tests.stand_ins.server import Reply, picture


@pytest.fixture
def api(settings, monkeypatch):
    monkeypatch.setattr(results, "PAUSES", (0, 0))
    with OpenAI() as api:
        settings.TRUSTED_HOSTS = [api.host]
        yield api
    cache.clear()


@pytest.fixture
def four(db, alice, api):
    """A model of which one call makes four pictures."""
    without_cap(alice)
    service = make_service("openai", api.url, api_key=KEY)
    return make_model(service, contract={"images_per_call": 4})


def drawn_together(studio, model, count=4):
    batch = ask(studio, model, count=count)
    while once():
        pass
    return list(batch.jobs.order_by("index"))


def states(jobs):
    return [(job.state, job.error_code) for job in jobs]


def test_of_too_few_pictures_those_that_came_are_kept(studio, four, api):
    api.behaviour = lambda asked, connection: api.made(1, "64x64")
    jobs = drawn_together(studio, four)
    assert states(jobs) == [("succeeded", "")] + [("failed", "wrong_count")] * 3
    assert len(api.journal) == 1


def test_a_broken_picture_costs_its_neighbours_nothing(studio, four, api):
    good = {"b64_json": base64.b64encode(picture()).decode()}
    api.behaviour = Reply.of({"data": [good, {"b64_json": "no base64!"}, good, good]})
    jobs = drawn_together(studio, four)
    assert [state for state, _ in states(jobs)] == ["succeeded", "failed", "succeeded", "succeeded"]
    assert jobs[1].error_code == "bad_answer"
    assert Image.objects.count() == 3
    assert len(api.journal) == 1


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (OpenAI.error("The server had an error.", "server_error", 500), "service_failed"),
        (Reply(200, b"<html>"), "bad_answer"),
        (Reply.of({"data": []}), "bad_answer"),
    ],
)
def test_what_may_have_been_made_is_not_ordered_again(studio, four, api, reply, code):
    api.behaviour = reply
    jobs = drawn_together(studio, four)
    assert states(jobs) == [("failed", code)] * 4
    assert len(api.journal) == 1


def test_a_cancelled_picture_is_left_out_of_the_order(studio, four, api, monkeypatch):
    batch = ask(studio, four, count=3)
    jobs = claim()
    Job.objects.get(pk=jobs[1].pk).cancel()
    draw(jobs)
    assert [asked.json["n"] for asked in api.journal] == [2]
    made = [job.state for job in batch.jobs.order_by("index")]
    assert made == ["succeeded", "cancelled", "succeeded"]


# --- One order a picture ---


def test_what_is_cancelled_while_its_neighbour_is_made_is_not_ordered(
    studio, alice, service, gateway, monkeypatch
):
    without_cap(alice)
    model = make_model(service, adapter=ADAPTERS[TEXT], contract={"images_per_call": 4})
    batch = ask(studio, model, count=3)

    fetch = results.picture_at

    def cancelling(*args, **kwargs):
        batch.jobs.get(index=1).cancel()
        return fetch(*args, **kwargs)

    monkeypatch.setattr(results, "picture_at", cancelling)
    once()
    assert len(gateway.orders) == 2
    made = [job.state for job in batch.jobs.order_by("index")]
    assert made == ["succeeded", "cancelled", "succeeded"]


@pytest.mark.parametrize("may_repeat", [True, False])
def test_a_job_that_is_no_longer_ours_is_not_ordered(studio, service, gateway, may_repeat):
    adapter = ADAPTERS[TEXT] | {"may_repeat": may_repeat}
    job = ask_one(studio, make_model(service, adapter=adapter))
    jobs = claim()
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    assert Job.objects.get().lose(Job.objects.lost(), 3)
    draw(jobs)
    assert gateway.orders == []
    Job.objects.update(waiting_since=job.waiting_since)
    once()
    succeeded(job)
    assert len(gateway.orders) == 1


def test_what_went_wrong_before_the_order_leaves_no_mark(studio, paid, gateway, monkeypatch):
    job = ask_one(studio, paid)
    with monkeypatch.context() as patch:
        patch.setattr(rate, "take", breaks)
        with pytest.raises(OperationalError):
            once()
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    assert Job.objects.get().lose(Job.objects.lost(), 3)
    once()
    succeeded(job)


def breaks(key, most):
    raise OperationalError("database is locked")
