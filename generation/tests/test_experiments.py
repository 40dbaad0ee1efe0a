"""An experiment is drawn in portions within its budget, each cell once, whatever breaks."""

import pytest
from django.utils.translation import override

from accounts.models import User
from billing.models import Account, Plan
from generation import topics
from generation.experiments import running
from generation.experiments.create import NotPossible
from generation.experiments.retrying import retry_failed
from generation.experiments.running import (
    PORTION,
    NotNow,
    go_on,
    pause,
    resume,
    stop,
)
from generation.invariants import violations
from generation.models import Batch, Cell, Experiment, ForbiddenWord, Job, Reason
from generation.models.cell import CeilingReached
from generation.retry import retry
from generation.sweeper import sweep
from generation.tests.engine import ask, at_once, claim, draw, without_cap
from generation.tests.experiments import begun, draw_portion, draw_to_the_end, states
from pixazo.logs.context import saying
from workspaces.models import Membership
from workspaces.signals import workspace_closing

pytestmark = pytest.mark.both

TWELVE = (("num_inference_steps", "1-4"), ("seed", "7, 8, 9"))


@pytest.fixture(autouse=True)
def _rich(alice):
    without_cap(alice)


def of(experiment):
    return Job.objects.filter(batch__cell__experiment=experiment)


def test_it_is_drawn_to_the_end_each_cell_once(studio, painter):
    experiment = begun(studio, *TWELVE)
    assert (experiment.count, experiment.underway, experiment.begun) == (12, PORTION, PORTION)
    draw_to_the_end(experiment)
    assert experiment.state == Experiment.State.DONE
    assert (experiment.underway, experiment.begun, experiment.taken) == (0, 12, 12)
    assert states(experiment) == ["made"] * 12
    batches = Batch.objects.filter(cell__experiment=experiment)
    drawn = sorted(batches.values_list("num_inference_steps", "seed"))
    assert drawn == [(steps, seed) for steps in (1, 2, 3, 4) for seed in (7, 8, 9)]
    assert Batch.objects.count() == 12
    assert violations(idle=True) == []


def test_a_portion_is_topped_up_as_pictures_end(studio, painter):
    experiment = begun(studio, *TWELVE)
    draw(claim()[:1])
    go_on(experiment.pk)
    experiment.refresh_from_db()
    assert (experiment.underway, experiment.begun) == (PORTION, PORTION + 1)
    go_on(experiment.pk)
    assert of(experiment).count() == PORTION + 1


@pytest.mark.django_db(transaction=True)
def test_the_end_of_a_picture_begins_the_next(studio, painter):
    experiment = begun(studio, *TWELVE)
    draw(claim()[:1])
    assert of(experiment).count() == PORTION + 1


def test_all_cells_of_a_grid_share_a_seed_where_none_was_said(studio, painter):
    experiment = begun(studio, ("num_inference_steps", "1-4"))
    assert len(set(Batch.objects.values_list("seed", flat=True))) == 1
    assert experiment.cells.count() == 4


def test_rows_of_a_list_have_each_their_own(studio, painter):
    begun(studio, rows="a house\na boat\na tree", is_list=True)
    assert len(set(Batch.objects.values_list("seed", flat=True))) == 3
    assert set(Batch.objects.values_list("prompt", flat=True)) == {"a house", "a boat", "a tree"}


def test_the_ceiling_stops_it(studio, painter):
    experiment = begun(studio, *TWELVE, budget={"ceiling": 10})
    draw_to_the_end(experiment)
    assert (experiment.state, experiment.reason) == ("stopped", "ceiling")
    assert (experiment.taken, of(experiment).count()) == (10, 10)
    with pytest.raises(NotNow, match="below"):
        resume(experiment, 9)
    resume(experiment, 12)
    draw_to_the_end(experiment)
    assert (experiment.state, experiment.taken) == ("done", 12)


def test_what_failed_leaves_its_units_to_the_next(studio, painter):
    experiment = begun(studio, *TWELVE, budget={"ceiling": 9})
    first = of(experiment).order_by("id").first()
    first.cancel()
    draw_to_the_end(experiment)
    assert states(experiment).count("made") == 9
    assert states(experiment)[0] == "cancelled"
    assert (experiment.taken, experiment.reason) == (9, "ceiling")


def test_halves_are_counted(studio, painter):
    experiment = begun(studio, *TWELVE, base={"time_class": "whenever"}, budget={"ceiling": "2.5"})
    draw_to_the_end(experiment)
    assert (experiment.taken, experiment.begun) == (2.5, 5)


def test_failures_stop_it(studio, painter):
    painter.address = "missing"
    painter.save()
    experiment = begun(studio, *TWELVE, budget={"stop_after": 3})
    draw_portion(experiment)
    assert (experiment.state, experiment.reason) == ("stopped", "failures")
    assert experiment.begun == PORTION
    assert experiment.taken == 0
    painter.address = "steady"
    painter.save()
    resume(experiment)
    experiment.refresh_from_db()
    assert (experiment.state, experiment.failures) == ("running", 0)
    draw_to_the_end(experiment)
    assert (experiment.state, states(experiment).count("made")) == ("done", 4)


def test_each_picture_leads_back_to_who_began_it_or_had_it_go_on(studio, painter):
    with saying(request="the-first-click"):
        experiment = begun(studio, *TWELVE, budget={"pause_after": 10})
    with saying(request="of-somebody-elses-picture"):
        draw_to_the_end(experiment)
    with saying(request="the-second-click"):
        resume(experiment)
    draw_to_the_end(experiment)
    clicks = Batch.objects.order_by("id").values_list("request_id", flat=True)
    assert [*clicks] == ["the-first-click"] * 10 + ["the-second-click"] * 2


def test_it_pauses_to_be_looked_at(studio, painter):
    experiment = begun(studio, *TWELVE, budget={"pause_after": 3})
    assert (experiment.state, experiment.reason, experiment.begun) == ("paused", "look", 3)
    draw_portion(experiment)
    assert (experiment.state, experiment.begun) == ("paused", 3)
    resume(experiment)
    draw_to_the_end(experiment)
    assert (experiment.state, experiment.begun) == ("done", 12)


def test_pause_begins_nothing_more(studio, painter):
    experiment = begun(studio, *TWELVE)
    pause(experiment)
    draw_portion(experiment)
    assert (experiment.state, experiment.reason) == ("paused", "person")
    assert (experiment.begun, experiment.underway, experiment.taken) == (PORTION, 0, PORTION)
    with pytest.raises(NotNow):
        pause(experiment)


def test_stop_cancels_what_waits_and_keeps_what_is_drawn(studio, painter, alice):
    experiment = begun(studio, *TWELVE)
    drawn = claim()[:1]
    stop(experiment)
    draw(drawn)
    go_on(experiment.pk)
    experiment.refresh_from_db()
    assert (experiment.state, experiment.underway, experiment.taken) == ("stopped", 0, 1)
    assert states(experiment).count("cancelled") == PORTION - 1
    assert Account.objects.of(alice).held == 0
    with pytest.raises(NotNow):
        stop(experiment)


def test_a_retry_counts_within_the_ceiling(studio, painter, alice):
    experiment = begun(studio, *TWELVE, budget={"ceiling": 8})
    first = of(experiment).order_by("id").first()
    first.cancel()
    draw_to_the_end(experiment)
    assert experiment.taken == 8
    first.refresh_from_db()
    with pytest.raises(CeilingReached):
        retry(first, alice)
    first.refresh_from_db()
    assert first.state == Job.State.CANCELLED
    assert Account.objects.of(alice).held == 0
    Experiment.objects.update(ceiling=9)
    retry(first, alice)
    experiment.refresh_from_db()
    assert (experiment.taken, experiment.underway) == (9, 1)
    draw_portion(experiment)
    assert (experiment.taken, experiment.underway) == (9, 0)
    assert states(experiment)[0] == "made"


def test_a_retry_before_its_failure_was_counted_is_counted_once(studio, painter, alice):
    experiment = begun(studio, ("seed", "1, 2"))
    job = of(experiment).order_by("id").first()
    job.cancel()
    retry(job, alice)
    go_on(experiment.pk)
    experiment.refresh_from_db()
    assert (experiment.taken, experiment.underway) == (2, 2)
    draw_to_the_end(experiment)
    assert (experiment.taken, experiment.state) == (2, "done")


def test_all_failed_ones_again(studio, painter, alice):
    painter.address = "missing"
    painter.save()
    experiment = begun(studio, ("seed", "1-3"))
    draw_to_the_end(experiment)
    assert (experiment.state, states(experiment)) == ("done", ["failed"] * 3)
    painter.address = "steady"
    painter.save()
    assert retry_failed(experiment, alice).count == 3
    draw_portion(experiment)
    assert states(experiment) == ["made"] * 3
    assert experiment.taken == 3


def test_one_that_can_not_be_retried_does_not_keep_the_others_from_it(studio, painter, alice):
    painter.address = "missing"
    painter.save()
    experiment = begun(studio, ("prompt", "a zeppelin\na house\na boat"))
    draw_to_the_end(experiment)
    assert states(experiment) == ["failed"] * 3
    painter.address = "steady"
    painter.save()
    ForbiddenWord.objects.create(text="zeppelin", reason=Reason.OTHER)
    tried = retry_failed(experiment, alice)
    assert (tried.count, list(tried.refused.values())) == (2, [1])
    assert tried.sentence.startswith(
        "2 pictures are asked for once more. 1 is not: This prompt was"
    )
    draw_portion(experiment)
    assert states(experiment) == ["failed", "made", "made"]
    assert violations(idle=True) == []


def test_one_that_is_deleted_while_it_goes_on_ends_quietly(studio, painter, monkeypatch):
    experiment = begun(studio, *TWELVE)
    settled = Experiment.settle

    def gone_after(row):
        count = settled(row)
        Experiment.objects.filter(pk=row.pk).delete()
        return count

    monkeypatch.setattr(Experiment, "settle", gone_after)
    go_on(experiment.pk)
    assert not Experiment.objects.exists()


def test_a_picture_is_retried_whose_experiment_goes_meanwhile(studio, painter, alice, monkeypatch):
    experiment = begun(studio, *TWELVE)
    job = of(experiment).order_by("id").first()
    job.cancel()
    locked = Experiment.objects.none()
    monkeypatch.setattr(Experiment.objects, "select_for_update", lambda: locked, raising=False)
    retry(job, alice)
    job.refresh_from_db()
    assert job.state == Job.State.QUEUED


def test_the_sweeper_goes_on_after_a_crash(studio, painter, monkeypatch):
    """The process dies between the experiment's row and its first portion, and again within it."""

    def die(*args):
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr("generation.experiments.create.go_on", die)
        with pytest.raises(SystemExit):
            begun(studio, *TWELVE)
    experiment = Experiment.objects.get()
    assert of(experiment).count() == 0
    with monkeypatch.context() as patched:
        patched.setattr(running, "submit", lambda batch: die())
        with pytest.raises(SystemExit):
            go_on(experiment.pk)
    experiment.refresh_from_db()
    assert (experiment.taken, experiment.underway, states(experiment)) == (0, 0, ["planned"] * 12)
    sweep()
    assert of(experiment).count() == PORTION
    sweep()
    assert of(experiment).count() == PORTION


@pytest.mark.django_db(transaction=True)
def test_many_processes_never_pass_the_ceiling_nor_begin_a_cell_twice(studio, painter, alice):
    without_cap(alice)
    experiment = begun(studio, ("seed", "1-30"), budget={"ceiling": 11, "pause_after": 1})
    Experiment.objects.update(state="running", pause_after=None, reason="")
    for _ in range(3):
        said = at_once(4, lambda number: go_on(experiment.pk))
        assert [each for each in said if isinstance(each, Exception)] == []
        while jobs := claim():
            draw(jobs)
    go_on(experiment.pk)
    experiment.refresh_from_db()
    assert (experiment.taken, experiment.reason) == (11, "ceiling")
    seeds = list(of(experiment).values_list("seed", flat=True))
    assert sorted(seeds) == list(range(1, 12))
    assert violations(idle=True) == []


def test_out_of_units_pauses_it(studio, painter, alice):
    account = Account.objects.of(alice)
    account.plan = Plan.objects.default()
    account.save()
    experiment = begun(studio, *TWELVE)
    draw_to_the_end(experiment)
    assert (experiment.state, experiment.reason) == ("paused", "units")
    assert "units left" in experiment.note
    assert experiment.taken == 10


def test_a_plan_that_lets_few_wait_has_small_portions(studio, painter, alice):
    Plan.objects.update(waiting_jobs=4)
    experiment = begun(studio, *TWELVE)
    assert experiment.underway == 2
    ask(studio, painter, count=2)
    draw_to_the_end(experiment)
    assert experiment.state == "done"


def test_where_no_more_may_wait_it_waits_itself(studio, painter, alice):
    Plan.objects.update(waiting_jobs=2)
    ask(studio, painter, count=2)
    experiment = begun(studio, *TWELVE)
    assert (experiment.state, experiment.underway, experiment.taken) == ("running", 0, 0)
    draw_portion(experiment)
    assert experiment.underway == 1


def test_others_have_their_turns_between(studio, painter, bob):
    begun(studio, *TWELVE)
    ask(studio, painter, author=bob, num_inference_steps=9)
    authors = []
    for _ in range(3):
        jobs = claim()
        authors += [job.author_id for job in jobs]
        draw(jobs)
    assert bob.pk in authors[:2]


def test_a_model_that_goes_is_said_of_each_cell(studio, painter):
    experiment = begun(studio, *TWELVE, budget={"stop_after": 2})
    painter.is_active = False
    painter.save()
    Job.objects.update(state=Job.State.FAILED)
    Experiment.objects.update(stop_after=10)
    go_on(experiment.pk)
    experiment.refresh_from_db()
    assert (experiment.state, experiment.reason) == ("stopped", "failures")
    assert states(experiment) == ["failed"] * 8 + ["refused"] * 2 + ["planned"] * 2
    assert "no model" in experiment.cells.get(place=8).said


def test_a_model_that_became_dear_ends_it_at_the_ceiling(studio, painter):
    experiment = begun(studio, *TWELVE, budget={"ceiling": 9})
    painter.units = 5
    painter.save()
    draw_to_the_end(experiment)
    assert (experiment.state, experiment.reason) == ("stopped", "ceiling")
    assert (experiment.taken, experiment.cells.planned().first().units) == (8, 5)
    assert violations(idle=True) == []


@pytest.mark.django_db(transaction=True)
def test_a_topic_that_went_to_the_trash_is_not_drawn_into(studio, painter, alice):
    without_cap(alice)
    topic = studio.topics.create(name="Foxes", author=alice)
    experiment = begun(studio, *TWELVE, base={"topic": str(topic.pk)})
    assert Batch.objects.filter(topic=topic).count() == PORTION
    topics.trash(topic)
    experiment.refresh_from_db()
    assert (experiment.state, experiment.underway, Job.objects.count()) == ("paused", 0, PORTION)
    resume(experiment)
    assert Batch.objects.filter(topic=studio.default_topic).count() == 12 - PORTION
    assert "refused" not in states(experiment)


@pytest.mark.parametrize("change", ["left", "looks", "blocked"])
def test_whoever_may_not_draw_any_more_begins_nothing_more(studio, painter, bob, change):
    without_cap(bob)
    experiment = begun(studio, *TWELVE, author=bob)
    rows = Membership.objects.filter(user=bob, workspace=studio)
    if change == "left":
        rows.delete()
    elif change == "looks":
        rows.update(role=Membership.Role.VIEWER)
    else:
        User.objects.filter(pk=bob.pk).update(is_active=False)
    draw_to_the_end(experiment)
    assert (experiment.state, experiment.begun) == ("stopped", PORTION)


@pytest.mark.django_db(transaction=True)
def test_nothing_more_is_begun_where_a_workspace_goes(studio, painter, alice):
    without_cap(alice)
    begun(studio, *TWELVE)
    workspace_closing.send(type(studio), workspace=studio)
    assert not Job.objects.unfinished().exists()
    assert Job.objects.count() == PORTION
    studio.delete_with_everything()
    assert not Experiment.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_to_cancel_all_that_waits_calls_for_no_more(studio, painter, alice, client):
    without_cap(alice)
    experiment = begun(studio, *TWELVE)
    client.force_login(alice)
    assert client.post("/queue/cancel/").status_code == 302
    experiment.refresh_from_db()
    assert (experiment.state, experiment.underway, Job.objects.count()) == ("paused", 0, PORTION)
    assert experiment.taken == 0


def test_what_is_kept_of_it_is_in_english_whoever_ends_a_picture(studio, painter):
    experiment = begun(studio, *TWELVE)
    painter.is_active = False
    painter.save()
    Job.objects.update(state=Job.State.FAILED)
    with override("de"):
        go_on(experiment.pk)
    assert "no model" in experiment.cells.get(place=8).said


def test_what_is_kept_of_it_is_in_english_whoever_begins_it(studio, painter):
    ForbiddenWord.objects.create(text="zeppelin", reason=Reason.OTHER)
    axes = (("size", "64x64, 4096x4096"), ("prompt", "a house\na zeppelin"))
    with override("de"):
        with pytest.raises(NotPossible, match="Bildern sind nicht möglich"):
            begun(studio, *axes)
        experiment = begun(studio, *axes, skips=True)
        assert experiment.title == "Größe, Prompt: a house …"
    said = list(experiment.cells.filter(state="refused").values_list("said", flat=True))
    assert len(said) == 3
    assert all("between 32 and 256" in each or "was held back" in each for each in said)
    assert (experiment.name, experiment.title) == ("", "Size, Prompt: a house …")


def test_one_without_a_name_is_called_by_what_varies_and_the_prompt(studio, painter):
    grid = begun(studio, ("num_inference_steps", "2, 4"))
    rows = begun(studio, rows="a house\na boat", is_list=True)
    assert (grid.title, rows.title) == ("Steps: a red house", "2 prompts")
    with override("de"):
        assert (grid.title, rows.title) == ("Schritte: a red house", "2 Prompts")
    assert begun(studio, ("seed", "1"), name="Mine").title == "Mine"


def test_what_is_not_possible_is_shown_or_left_out(studio, painter):
    axes = (("num_inference_steps", "4"), ("size", "64x64, 48x48, 4096x4096"))
    with pytest.raises(NotPossible, match="1 of 3 pictures is not possible"):
        begun(studio, *axes)
    experiment = begun(studio, *axes, skips=True)
    assert states(experiment) == ["underway", "underway", "refused"]
    assert "between 32 and 256" in experiment.cells.get(place=2).said
    rows = "prompt,steps\na house,2\na boat,900\na tree,3"
    with pytest.raises(NotPossible):
        begun(studio, rows=rows, is_list=True)
    experiment = begun(studio, rows=rows, is_list=True, skips=True)
    assert states(experiment) == ["underway"] * 2
    assert [value["label"] for value in experiment.axes[0]["values"]] == ["a house", "a tree"]


def test_the_policy_looks_before_anything_is_kept(studio, painter):
    ForbiddenWord.objects.create(text="zeppelin", reason=Reason.OTHER)
    with pytest.raises(NotPossible, match="held back"):
        begun(studio, ("prompt", "a house\na zeppelin"))
    assert Experiment.objects.count() == 0


def test_the_same_request_comes_once(studio, painter):
    first = begun(studio, ("seed", "1, 2"), key="k1")
    assert begun(studio, ("seed", "1, 2"), key="k1") == first
    assert (Experiment.objects.count(), Batch.objects.count()) == (1, 2)


def test_an_experiment_that_counts_wrongly_is_told(studio, painter):
    experiment = begun(studio, ("seed", "1, 2"))
    assert violations() == []
    Experiment.objects.update(taken=1, underway=1)
    assert sorted(line.removeprefix(f"Experiment {experiment.pk} ") for line in violations()) == [
        "counts 1 pictures underway, not 2.",
        "counts 1 units as taken, not 2.",
    ]


def test_a_batch_deleted_for_good_is_not_made_again(studio, painter):
    experiment = begun(studio, ("seed", "1, 2"))
    draw_to_the_end(experiment)
    Batch.objects.first().delete()
    Experiment.objects.update(state="running")
    go_on(experiment.pk)
    assert Batch.objects.count() == 1
    assert states(experiment) == ["made", "made"]
    assert Cell.objects.filter(batch=None).count() == 1
