"""A person's own queue from the page: pause, resume, to the front; and nobody else's."""

import pytest

from generation import queue
from generation.models import Batch, Job, Pause
from generation.tests.engine import ask, ask_one, claim

pytestmark = pytest.mark.both

FETCH = {"headers": {"HX-Request": "true"}}


def first_address(job):
    return f"{job.batch.workspace.get_absolute_url()}jobs/{job.pk}/first/"


def test_nothing_of_a_paused_queue_is_begun_until_it_is_resumed(as_alice, studio, painter, alice):
    ask(studio, painter)
    assert as_alice.post("/queue/pause/", **FETCH).status_code == 200
    assert queue.is_paused(alice)
    assert claim() == []
    assert as_alice.post("/queue/resume/", **FETCH).status_code == 200
    assert len(claim()) == 1


def test_pausing_and_resuming_twice_is_harmless(as_alice, alice):
    for word in ("pause", "pause", "resume", "resume"):
        assert as_alice.post(f"/queue/{word}/", **FETCH).status_code == 200
    assert not queue.is_paused(alice)


def test_nobody_pauses_for_others(as_alice, studio, painter, bob):
    ask(studio, painter, author=bob)
    as_alice.post("/queue/pause/", **FETCH)
    assert Pause.objects.filter(user=bob).count() == 0
    assert claim()[0].author_id == bob.pk


def test_a_picture_goes_before_the_others_of_its_person(as_alice, studio, painter):
    jobs = list(ask(studio, painter, count=3).jobs.all())
    assert as_alice.post(first_address(jobs[2]), **FETCH).status_code == 200
    assert claim()[0].pk == jobs[2].pk


def test_what_waits_no_more_can_not_go_first(as_alice, studio, painter):
    ask_one(studio, painter)
    (job,) = claim()
    answer = as_alice.post(first_address(job), **FETCH)
    assert answer.status_code == 409
    assert "still waits" in answer.content.decode()


def test_others_in_the_workspace_do_not_rearrange_ones_queue(as_bob, studio, painter):
    jobs = list(ask(studio, painter, count=2).jobs.all())
    assert as_bob.post(first_address(jobs[1]), **FETCH).status_code == 404
    assert claim()[0].pk == jobs[0].pk


def test_strangers_find_nothing(as_charlie, studio, painter):
    job = ask_one(studio, painter)
    assert as_charlie.post(first_address(job), **FETCH).status_code == 404


def test_nobody_signed_in_changes_nothing(client, studio, painter):
    job = ask_one(studio, painter)
    for address in ("/queue/pause/", "/queue/resume/", first_address(job)):
        assert client.post(address).status_code in (302, 401, 403, 404)
    assert Pause.objects.count() == 0
    assert len(claim()) == 1


def test_looking_is_not_doing(as_alice, studio, painter):
    job = ask_one(studio, painter)
    for address in ("/queue/pause/", "/queue/resume/", first_address(job)):
        assert as_alice.get(address).status_code == 405
    assert Pause.objects.count() == 0


def test_a_whole_request_goes_first_in_its_own_order(as_alice, studio, painter):
    ask(studio, painter, count=2)
    form = {"model": painter.slug, "prompt": "at once", "count": "2", "first": "1"}
    headers = {"Idempotency-Key": "at-once", "X-Requested-With": "fetch"}
    url = f"{studio.get_absolute_url()}generate/"
    assert as_alice.post(url, form, headers=headers).status_code == 201
    (first,) = claim()
    assert (first.batch.prompt, first.index) == ("at once", 0)
    # Sent again without it, it is still the same request.
    del form["first"]
    assert as_alice.post(url, form, headers=headers).status_code == 201
    assert Batch.objects.filter(prompt="at once").count() == 1


def test_what_is_being_drawn_for_me_is_cancelled_and_nothing_else(as_alice, studio, painter, bob):
    mine = list(ask(studio, painter, count=2).jobs.all())
    (running,) = claim()
    theirs = ask_one(studio, painter, author=bob)
    assert as_alice.post("/queue/cancel/running/").json() == {"count": 1}
    states = {job.pk: Job.objects.get(pk=job.pk).state for job in [*mine, theirs]}
    assert [pk for pk, state in states.items() if state == "cancelled"] == [running.pk]
    assert as_alice.post("/queue/cancel/running/").json() == {"count": 0}
