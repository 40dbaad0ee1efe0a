"""What is not made at once waits in the gateway's queue: every word of it, known or not."""

from importlib import import_module

import pytest
from django.apps import apps

from generation.catalogue.adapters import ADAPTERS
from generation.models import ImageModel, Job
from generation.providers.pixazo import waiting as gateway_queue
from generation.tests.engine import ask_one
from generation.tests.remote import failed, make_model, once, rested, succeeded, waiting
from generation.tests.stand_ins.server import Reply

pytestmark = pytest.mark.once

UNDER_WAY = ["QUEUED", "PROCESSING", "queued", "IN_QUEUE", "in_progress", "In progress"]


@pytest.mark.parametrize("word", [*UNDER_WAY, "Dreaming"])
def test_what_is_under_way_or_may_be_is_waited_for(studio, queued, gateway, word):
    gateway.state_while_waiting = word
    gateway.looks = [gateway.working()]
    job = ask_one(studio, queued)
    once()
    succeeded(job)


def test_a_word_that_nobody_knows_is_waited_for_some_minutes_and_named(
    studio, queued, gateway, as_alice, monkeypatch
):
    monkeypatch.setattr(gateway_queue, "TURN_SECONDS", 0)
    gateway.state_while_waiting = "Paused <b>"
    gateway.looks = [gateway.working() for _ in range(gateway_queue.MOST_UNKNOWN_TURNS)]
    job = ask_one(studio, queued)
    for _ in range(gateway_queue.MOST_UNKNOWN_TURNS - 1):
        once()
        waiting(job)
        rested()
    once()
    failed(job, "service_word")
    assert job.error == (
        "The service says “Paused b” of this picture, which is not known here; it was waited for"
        " in vain."
    )
    assert gateway_queue.MOST_UNKNOWN_TURNS < gateway_queue.MOST_TURNS
    # Should it be made after all, it is fetched and not ordered twice.
    assert as_alice.post(f"/w/studio/jobs/{job.pk}/retry/").status_code < 400
    once()
    succeeded(job)
    assert len(gateway.orders) == 1


@pytest.mark.parametrize(
    "word", ["COMPLETED", "completed", "complete", "Succeeded", "success", "done"]
)
def test_each_word_for_success_is_one(studio, queued, gateway, word):
    output = {"media_url": [gateway.picture_url]}
    gateway.done = {"status": word, "error": None, "output": output}
    job = ask_one(studio, queued)
    once()
    succeeded(job)


def test_a_service_of_its_own_words_is_asked_as_its_adapter_says(studio, service, gateway):
    order = {"path": "/upscaler/v1/upscale", "fields": {"image": "prompt"}}
    order["result"] = ["results.0.imageUrl"]
    tickets = {"job_set_id": {"path": "/x/results", "body": {"job_set_id": "{id}", "v": 1}}}
    words = {"status": ["phase"], "done": ["processing"], "waiting": ["done"], "failed": ["sad"]}
    adapter = {"operations": {"text": order}, "queue": {"tickets": tickets, **words}}
    gateway.behaviour = Reply.of({"job_set_id": "j-1", "phase": "done"})
    phases = iter(["done", "processing"])

    def results(asked):
        phase = next(phases)
        found = [{"imageUrl": gateway.picture_url}] if phase == "processing" else []
        return Reply.of({"phase": phase, "results": found})

    gateway.elsewhere = {"/x/results": results}
    job = ask_one(studio, make_model(service, adapter=adapter))
    once()
    succeeded(job)
    assert job.remote_id == "job_set_id:j-1"
    assert [asked.json for asked in gateway.journal[1:]] == [{"job_set_id": "j-1", "v": 1}] * 2


@pytest.mark.parametrize("word", ["FAILED", "error"])
def test_an_order_that_fails_at_once_fails_here(studio, queued, gateway, word):
    gateway.behaviour = Reply.of({"request_id": "r-1", "status": word, "error": "no such size"})
    job = ask_one(studio, queued)
    once()
    failed(job, "service_refused")
    assert "no such size" in job.details
    assert len(gateway.journal) == 1


@pytest.mark.parametrize("name", ["request_id", "requestId", "id"])
def test_a_queue_s_number_goes_by_several_names(studio, queued, gateway, name):
    gateway.behaviour = Reply.of({name: "r-1", "status": "QUEUED"}, 202)
    job = ask_one(studio, queued)
    once()
    succeeded(job)
    assert gateway.journal[-1].path == "/v2/requests/status/r-1"


def test_an_order_by_a_name_that_the_adapter_no_longer_has_is_not_placed_again(
    studio, queued, gateway
):
    job = ask_one(studio, queued)
    Job.objects.filter(pk=job.pk).update(remote_id="task_id:flux-dev_1")
    once()
    succeeded(job)
    assert gateway.orders == []


def test_schnell_on_an_older_site_learns_how_its_queue_is_asked(db, service):
    known = ADAPTERS["pixazo-flux-schnell"]
    before = {name: each for name, each in known.items() if name != "queue"}
    rows = {"schnell": before, "ours": known | {"queue": {"done": ["ready"]}}, "other": {}}
    for slug, adapter in rows.items():
        make_model(service, slug=slug, adapter=adapter)
    import_module("generation.migrations.0015_schnell_queue").name_queue(apps, None)
    adapters = dict(ImageModel.objects.values_list("slug", "adapter"))
    assert adapters == rows | {"schnell": known}
