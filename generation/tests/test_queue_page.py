"""The queue's page and drawer: one's own in full, everybody else's as a number."""

import re
from collections import Counter

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing.models import Account, Plan
from generation.estimate import held
from generation.models import Batch, Job, Pause
from generation.tests.engine import ask, claim, draw_all
from generation.tests.page import FETCH, words
from workspaces.models import Workspace

pytestmark = pytest.mark.both


@pytest.fixture(autouse=True)
def _no_cap(alice, bob):
    for person in (alice, bob):
        Account.objects.of(person)
    Account.objects.update(plan=Plan.objects.unlimited())


def page(client, show="all"):
    return words(client.get(f"/queue/?show={show}", **FETCH))


def test_ones_own_are_listed_and_others_only_counted(as_alice, studio, painter, bob):
    ask(studio, painter, author=bob, prompt="a secret of Bob's", count=2)
    ask(studio, painter, prompt="a lighthouse")
    said = page(as_alice)
    assert "a lighthouse" in said
    assert "2 pictures by others" in said
    assert "secret" not in said
    assert "0 running, 3 waiting" in said


def test_those_of_all_ones_workspaces_are_there(as_alice, alice, studio, painter):
    other = Workspace.found(alice, "Other")
    ask(studio, painter, prompt="a lighthouse")
    ask(other, painter, prompt="a boat")
    said = page(as_alice)
    assert "a lighthouse" in said
    assert "a boat" in said


def test_what_is_drawn_shows_its_step_and_what_is_done_how_it_went(as_alice, studio, painter):
    ask(studio, painter, prompt="a lighthouse", count=2)
    (first, *_) = claim()
    Job.objects.filter(pk=first.pk).update(state="running", step=3, steps=10)
    assert "drawing 3/10" in page(as_alice)
    Job.objects.filter(pk=first.pk).update(state="queued")
    draw_all()
    said = page(as_alice)
    assert "Finished today" in said
    assert "2 of 2" in said


@pytest.mark.parametrize(
    ("show", "there", "away"),
    [
        ("waiting", "a boat", "a lighthouse"),
        ("done", "a lighthouse", "a boat"),
        ("failed", "a castle", "a lighthouse"),
        ("nonsense", "a boat", "nothing"),
    ],
)
def test_it_can_be_filtered(as_alice, studio, painter, show, there, away):
    ask(studio, painter, prompt="a lighthouse")
    draw_all()
    wrong = ask(studio, painter, prompt="a castle").jobs.get()
    claim()
    Job.objects.get(pk=wrong.pk).fail("broken", "It broke.")
    ask(studio, painter, prompt="a boat")
    said = page(as_alice, show)
    assert there in said
    assert away not in said


def test_all_that_wait_are_cancelled_and_nobody_elses(as_alice, studio, painter, alice, bob):
    ask(studio, painter, count=3)
    ask(studio, painter, author=bob)
    (drawn, *_) = claim()
    assert as_alice.post("/queue/cancel/", **FETCH).status_code == 200
    assert set(Job.objects.filter(author_id=bob.pk).values_list("state", flat=True)) == {"queued"}
    states = Job.objects.filter(author_id=alice.pk).values_list("state", flat=True)
    assert sorted(states) == ["cancelled", "cancelled", Job.objects.get(pk=drawn.pk).state]


def test_what_failed_of_a_request_is_asked_for_again_at_once(as_alice, studio, painter, alice):
    batch = ask(studio, painter, count=3)
    for job in claim() + claim() + claim():
        job.fail("broken", "It broke.")
    assert "Retry the 3 that failed" in as_alice.get("/queue/", **FETCH).content.decode()
    assert as_alice.post(f"/w/studio/batches/{batch.pk}/retry/", **FETCH).status_code == 200
    assert set(batch.jobs.values_list("state", flat=True)) == {"queued"}
    assert Account.objects.of(alice).held == 3


def test_clearing_leaves_pictures_and_history(as_alice, studio, painter):
    ask(studio, painter, prompt="a lighthouse")
    draw_all()
    assert "a lighthouse" not in words(as_alice.post("/queue/clear/", **FETCH))
    assert "a lighthouse" not in page(as_alice)
    assert Batch.objects.visible().count() == 1


def test_a_paused_queue_says_so(as_alice, studio, painter, alice):
    ask(studio, painter)
    Pause.objects.create(user=alice)
    assert "Your queue is paused" in page(as_alice)


def test_the_badge_counts_mine_and_all(as_alice, studio, painter, bob):
    ask(studio, painter, count=2)
    ask(studio, painter, author=bob)
    assert "2 / 3" in words(as_alice.get("/workspaces/"))
    assert "2 / 3" in words(as_alice.get("/w/studio/now/", **FETCH))


def test_nobody_retries_what_is_not_theirs(as_charlie, as_bob, studio, painter):
    batch = ask(studio, painter)
    assert as_charlie.post(f"/w/studio/batches/{batch.pk}/retry/", **FETCH).status_code == 404
    assert as_bob.post(f"/w/studio/batches/{batch.pk}/retry/", **FETCH).status_code == 403


def test_a_long_queue_costs_no_more_queries_than_a_short_one(
    as_alice, studio, painter, monkeypatch
):
    # What is kept for some seconds is not asked for anew as they end in the midst of a request.
    for module in (held, held.work):
        monkeypatch.setattr(module, "KEEP_SECONDS", 10**9)

    def queries():
        # What is first told of somebody's wait is also kept, once: the second look shows the rest.
        as_alice.get("/queue/", **FETCH)
        with CaptureQueriesContext(connection) as captured:
            as_alice.get("/queue/", **FETCH)
        statements = (re.sub(r'"s\d+_x\d+"', "", query["sql"]) for query in captured)
        return Counter(statement[:60] for statement in statements)

    ask(studio, painter)
    draw_all()
    ask(studio, painter)
    few = queries()
    for _ in range(5):
        ask(studio, painter, count=4)
    draw_all()
    for _ in range(5):
        ask(studio, painter, count=4)
    assert queries() - few == Counter()
    assert few.total() <= 22
