"""From a claimed job to a kept picture, or to an end that costs nothing."""

import errno
import io
import itertools
import json
import threading

import pytest
from django.core.files.storage import default_storage
from django.db import OperationalError, connection
from PIL import Image as Pillow

from billing.models import Account, LedgerEntry
from generation import providers
from generation.invariants import violations
from generation.models import Image, Job, Preview, Transition
from generation.progress import Progress, Stop
from generation.providers.errors import Cancelled, OutOfMemory
from generation.recipe import hash_of
from generation.run import run
from generation.storage import DurableStorage, stored_keys
from generation.tests.engine import ask, ask_one, claim, draw, draw_all, without_cap
from pixazo.models import Event

pytestmark = pytest.mark.both


def use(model, address, **contract):
    model.address = address
    model.contract_data |= contract
    model.save()


def failed(job):
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert not Image.objects.exists()
    assert list(stored_keys()) == []
    assert violations(idle=True) == []
    assert Account.objects.get(user_id=job.author_id).held == 0
    return job


def test_a_picture_is_kept_with_everything_about_it(studio, painter, alice):
    job = ask_one(studio, painter, seed=11)
    draw_all()
    image = Image.objects.get(job=job)
    assert image.original.startswith("generated/alice/studio/")
    assert (image.width, image.height, image.model_name) == (64, 64, "Painter")
    assert image.alt == "a red house"
    assert image.wait_seconds >= 0
    assert image.draw_seconds > 0
    assert image.recipe["seed"] == 11
    assert image.recipe_hash == hash_of(image.recipe)
    with default_storage.open(image.original) as file:
        content = file.read()
    assert len(content) == image.bytes
    texts = Pillow.open(io.BytesIO(content)).text
    assert json.loads(texts["pixazo"]) == image.recipe
    account = Account.objects.of(alice)
    assert (account.held, account.spent) == (0, 1)
    assert violations(idle=True) == []


def test_the_states_follow_each_other_and_pages_hear_of_each(studio, painter):
    job = ask_one(studio, painter)
    draw_all()
    history = list(Transition.objects.filter(job=job).values_list("state", "attempt"))
    assert history == [
        ("queued", 0),
        ("preparing", 1),
        ("running", 1),
        ("saving", 1),
        ("succeeded", 1),
    ]
    heard = Event.objects.filter(channel=studio.channel, kind="job")
    assert heard.filter(subject=f"{job.batch_id}/{job.pk}").count() >= 4


def test_one_call_makes_the_pictures_of_one_shape(studio, painter):
    use(painter, "steady", images_per_call=2)
    ask(studio, painter, count=2, seed=5)
    provider = providers.provider("fake")
    provider.calls.clear()
    draw_all()
    assert [[request.seed for request in call] for call in provider.calls] == [[5, 6]]
    assert len(set(Image.objects.values_list("sha256", flat=True))) == 2


@pytest.mark.parametrize(
    ("address", "code", "words"),
    [
        ("crash", "crashed", "Something went wrong"),
        ("memory", "out_of_memory", "A smaller one may work"),
        ("missing", "model_missing", "files are not there"),
    ],
)
def test_what_goes_wrong_is_said_in_words_and_costs_nothing(studio, painter, address, code, words):
    use(painter, address)
    job = ask_one(studio, painter)
    draw_all()
    job = failed(job)
    assert job.error_code == code
    assert words in job.error
    if address == "crash":
        assert "ZeroDivisionError" in job.details
        assert "Zero" not in job.error


@pytest.mark.parametrize("how", ["crash", "memory"])
def test_in_company_a_failure_is_only_its_own(studio, painter, alice, bob, monkeypatch, how):
    use(painter, "steady", images_per_call=4)
    good = ask_one(studio, painter, author=bob)
    bad = ask_one(studio, painter, prompt="what no model can draw")
    other = ask_one(studio, painter)
    provider = providers.provider("fake")
    generate, calls = provider.generate, []

    def picky(requests, report):
        calls.append(len(requests))
        answers = generate(requests, report)
        if any(request.prompt == "what no model can draw" for request in requests):
            raise OutOfMemory if how == "memory" else ZeroDivisionError
        return answers

    monkeypatch.setattr(provider, "generate", picky)
    draw_all()
    assert calls == [3, 1, 1, 1]
    states = dict(Job.objects.values_list("pk", "state"))
    assert states == {good.pk: "succeeded", other.pk: "succeeded", bad.pk: "failed"}
    assert set(Job.objects.values_list("attempt", flat=True)) == {1}
    assert violations(idle=True) == []


def test_too_few_pictures_are_a_failure_said_in_words(studio, painter, monkeypatch):
    monkeypatch.setattr(
        providers.provider("fake"), "generate", lambda requests, report: report(0) or []
    )
    job = ask_one(studio, painter)
    draw_all()
    assert "did not make the pictures" in failed(job).error


def test_after_a_failure_the_next_job_is_made(studio, painter):
    use(painter, "memory")
    failing = ask_one(studio, painter)
    draw_all()
    use(painter, "steady")
    ask_one(studio, painter)
    draw_all()
    assert Image.objects.count() == 1
    failing.refresh_from_db()
    assert failing.state == Job.State.FAILED


def test_a_model_in_trouble_says_so_until_it_works_again(studio, painter):
    use(painter, "missing")
    ask_one(studio, painter)
    draw_all()
    painter.refresh_from_db()
    assert painter.trouble == "This model's files are not there."
    use(painter, "steady")
    ask_one(studio, painter)
    draw_all()
    painter.refresh_from_db()
    assert painter.trouble == ""


def test_a_kind_of_model_that_is_not_there_is_said_so(studio, painter):
    painter.provider = "crystal-ball"
    painter.save()
    job = ask_one(studio, painter)
    draw_all()
    assert "crystal-ball" in failed(job).error


def test_a_full_disk_leaves_nothing_behind_and_costs_nothing(studio, painter, monkeypatch):
    save = DurableStorage._save
    written, one_by_one = [], threading.Lock()

    def full(storage, name, content):
        with one_by_one:
            if written:
                raise OSError(errno.ENOSPC, "No space left on device")
            written.append(save(storage, name, content))
            return written[-1]

    monkeypatch.setattr(DurableStorage, "_save", full)
    job = ask_one(studio, painter)
    draw_all()
    assert written
    job = failed(job)
    assert job.error_code == "disk_full"
    assert "no room left" in job.error
    monkeypatch.undo()
    ask_one(studio, painter)
    draw_all()
    assert Image.objects.count() == 1


def test_half_a_file_is_never_seen(settings, tmp_path):
    storage = DurableStorage(location=tmp_path)

    class Breaks:
        name = None

        def chunks(self):
            yield b"half"
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        storage._save("a/b.png", Breaks())
    assert list((tmp_path / "a").iterdir()) == []


class During:
    """Does something in the middle of a drawing, at a step; remembers the steps."""

    def __init__(self, monkeypatch, step, do):
        call = Progress.__call__
        self.steps = []

        def watched(progress, number, preview=None):
            self.steps.append(number)
            call(progress, number, preview)
            if number == step:
                do()

        monkeypatch.setattr(Progress, "__call__", watched)
        # Every step looks whether it is still wanted, however quick it was.
        monkeypatch.setattr("generation.progress.LOOK_SECONDS", 0)


def test_a_cancelled_drawing_stops_at_its_next_step(studio, painter, monkeypatch, alice):
    job = ask_one(studio, painter, num_inference_steps=20)
    during = During(monkeypatch, 2, lambda: Job.objects.get(pk=job.pk).cancel())
    draw(claim())
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert during.steps == [0, 1, 2, 3]
    assert not Image.objects.exists()
    assert Account.objects.of(alice).held == 0
    assert violations(idle=True) == []


def test_in_company_the_others_go_on(studio, painter, monkeypatch):
    use(painter, "steady", images_per_call=2)
    first, second = ask(studio, painter, count=2).jobs.all()
    During(monkeypatch, 1, lambda: Job.objects.get(pk=first.pk).cancel())
    draw(claim())
    assert Image.objects.get().job_id == second.pk
    assert violations(idle=True) == []


def test_a_waiting_job_is_cancelled_at_once_and_never_drawn(studio, painter, alice):
    batch = ask(studio, painter, count=3)
    assert batch.cancel() == 3
    assert batch.cancel() == 0
    assert claim() == []
    assert Account.objects.of(alice).held == 0


def test_a_worker_that_lost_its_lease_changes_nothing(studio, painter, monkeypatch):
    job = ask_one(studio, painter)
    (sleeper,) = claim("sleeper")
    asleep = Progress([sleeper])
    asleep(0)
    Job.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00Z")
    assert sleeper.lose(Job.objects.lost(), 3)
    draw(claim("other"))
    image = Image.objects.get()
    files = set(stored_keys())
    with pytest.raises(Cancelled):
        asleep(2)
    sleeper = Job.objects.get(pk=job.pk)
    sleeper.worker, sleeper.attempt = "sleeper", 1
    assert not sleeper.start_saving()
    assert not sleeper.succeed(image)
    assert not sleeper.fail("late", "Too late.")
    assert not sleeper.hand_back("too late")
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.SUCCEEDED, 2)
    assert set(stored_keys()) == files
    assert violations(idle=True) == []


def test_files_of_a_picture_that_came_too_late_are_removed(studio, painter, monkeypatch):
    job = ask_one(studio, painter)
    (mine,) = claim()
    succeed = Job.succeed

    def too_late(self, image):
        Job.objects.get(pk=job.pk).cancel()
        return succeed(self, image)

    monkeypatch.setattr(Job, "succeed", too_late)
    draw([mine])
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert list(stored_keys()) == []
    assert violations(idle=True) == []


@pytest.mark.parametrize("fenced", [True, False])
def test_without_the_fence_a_late_worker_would_write(studio, painter, monkeypatch, fenced):
    """The negative control: what the attempt and the worker's name are for."""
    job = ask_one(studio, painter)
    (sleeper,) = claim("sleeper")
    Job.objects.filter(pk=job.pk).update(lease_until="2000-01-01T00:00Z")
    late = Job.objects.get(pk=job.pk)
    late.lose(Job.objects.lost(), 3)
    claim("other")
    if not fenced:
        monkeypatch.setattr(Job, "_mine", lambda self: self._rows().filter(state__in=Job.ACTIVE))
    assert sleeper.start_drawing() is not fenced


def test_an_answer_that_was_lost_is_not_a_second_picture(studio, painter, monkeypatch):
    """The commit happened and the connection broke before we heard of it (F18)."""
    monkeypatch.setattr("generation.keep.COMMIT_PAUSES", (0,))
    monkeypatch.setattr("generation.keep.connection.close", lambda: None)
    succeed = Job.succeed
    lost = []

    def deaf(self, image):
        answer = succeed(self, image)
        if not lost:
            lost.append(answer)
            raise OperationalError("server closed the connection unexpectedly")
        return answer

    monkeypatch.setattr(Job, "succeed", deaf)
    ask_one(studio, painter)
    draw_all()
    assert lost == [True]
    assert Image.objects.count() == 1
    assert LedgerEntry.objects.filter(kind="capture").count() == 1
    assert violations(idle=True) == []


def test_previews_come_while_it_is_drawn_and_go_when_it_ends(studio, painter, monkeypatch):
    monkeypatch.setattr("generation.progress.PREVIEW_SECONDS", 0)
    monkeypatch.setattr("generation.progress.WRITE_SECONDS", 0)
    seen = []
    ask_one(studio, painter)
    jobs = claim()
    progress = Progress(jobs)
    progress.preview_pause = 0
    call = Progress.__call__

    def watched(self, step, preview=None):
        call(self, step, preview)
        seen.extend(Preview.objects.values_list("number", "webp"))

    monkeypatch.setattr(Progress, "__call__", watched)
    run(progress)
    assert seen[0][0] == 1
    frame = Pillow.open(io.BytesIO(bytes(seen[0][1])))
    assert (frame.format, max(frame.size) <= 256) == ("WEBP", True)
    assert not Preview.objects.exists()


@pytest.mark.parametrize(("step_seconds", "looked_at"), [(0.5, [2, 5, 8, 11, 14]), (0.05, [])])
def test_a_preview_that_the_picture_follows_at_once_is_not_made(
    studio, painter, monkeypatch, step_seconds, looked_at
):
    clock, looks = [1000.0], []
    monkeypatch.setattr("generation.progress.time.monotonic", lambda: clock[0])
    ask_one(studio, painter, num_inference_steps=18)
    progress = Progress(claim())
    progress(0)

    def preview(place):
        looks.append(progress.step)
        clock[0] += 0.03  # which it may take every so often

    for step in range(1, 19):
        clock[0] += step_seconds
        progress(step, preview)
    assert looks == looked_at


def test_progress_is_stored_now_and_then_and_at_the_end(studio, painter, monkeypatch):
    steps, note, clock = [], Job.note_step, itertools.count(1000, 0.125)
    monkeypatch.setattr(Job, "note_step", lambda self, step: steps.append(step) or note(self, step))
    ask_one(studio, painter, num_inference_steps=20)
    progress = Progress(claim())
    for step in range(21):
        now = next(clock)
        monkeypatch.setattr("generation.progress.time.monotonic", lambda now=now: now)
        progress(step)
    assert steps == [1, 5, 9, 13, 17, 20]


@pytest.mark.parametrize("written", [False, True])
def test_a_beginning_that_could_not_be_stored_is_stored_later(
    studio, painter, monkeypatch, written
):
    """Or was stored, and only the answer was lost."""
    monkeypatch.setattr("generation.progress.connection.close", lambda: None)
    use(painter, "steady", images_per_call=2)
    start, failed = Job.start_drawing, []

    def away_once(self):
        if not failed:
            failed.append(self)
            if written:
                start(self)
            raise OperationalError("the database is away")
        return start(self)

    monkeypatch.setattr(Job, "start_drawing", away_once)
    batch = ask(studio, painter, count=2)
    draw_all()
    assert failed
    assert set(batch.jobs.values_list("state", "attempt")) == {("succeeded", 1)}
    assert violations(idle=True) == []


def test_a_picture_is_kept_though_no_progress_could_be_stored(studio, painter, monkeypatch):
    def away(*args):
        raise OperationalError("the database is away")

    monkeypatch.setattr("generation.progress.connection.close", lambda: None)
    monkeypatch.setattr(Job, "start_drawing", away)
    job = ask_one(studio, painter)
    draw_all()
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.SUCCEEDED, 1)


def test_a_worker_that_is_told_to_stop_hands_back_what_takes_longer(studio, painter, monkeypatch):
    job = ask_one(studio, painter, num_inference_steps=50)
    stop = Stop()
    during = During(monkeypatch, 2, lambda: stop.ask(0))
    draw(claim(), stop)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.worker) == (Job.State.QUEUED, 0, "")
    assert during.steps == [0, 1, 2, 3]
    assert violations() == []


def test_and_finishes_what_is_nearly_done(studio, painter, monkeypatch):
    job = ask_one(studio, painter, num_inference_steps=10)
    stop = Stop()
    During(monkeypatch, 8, lambda: stop.ask(3600))
    draw(claim(), stop)
    job.refresh_from_db()
    assert job.state == Job.State.SUCCEEDED


@pytest.mark.django_db(transaction=True)
def test_cancel_or_picture_never_both(studio, painter, alice):
    """Cancel races completion at every moment (F46)."""
    without_cap(alice)
    for turn in range(100):
        job = ask_one(studio, painter)
        timer = threading.Timer(turn % 20 * 0.002, cancel_in_thread, [job.pk])
        timer.start()
        if jobs := claim():
            draw(jobs)
        timer.join()
        job.refresh_from_db()
        has_picture = Image.objects.filter(job=job).exists()
        assert (job.state, has_picture) in {("succeeded", True), ("cancelled", False)}
    assert violations(idle=True) == []


def cancel_in_thread(pk):
    Job.objects.get(pk=pk).cancel()
    connection.close()


def test_deleting_a_batch_while_it_is_drawn_leaves_nothing(studio, painter, monkeypatch, alice):
    batch = ask(studio, painter)
    During(monkeypatch, 2, batch.delete)
    draw(claim())
    assert not Image.objects.exists()
    assert list(stored_keys()) == []
    assert Account.objects.of(alice).held == 0


def test_trash_stops_what_is_being_made_and_can_be_undone(studio, painter, alice):
    batch = ask(studio, painter, count=2)
    draw(claim())
    assert batch.trash()
    assert not batch.trash()
    assert sorted(batch.jobs.values_list("state", flat=True)) == ["cancelled", "succeeded"]
    assert Account.objects.of(alice).held == 0
    assert not Image.objects.visible().exists()
    assert batch.restore()
    assert Image.objects.visible().count() == 1
    image = Image.objects.get()
    assert image.trash()
    assert not image.trash()
    assert not Image.objects.visible().exists()
    assert image.restore()


def test_the_last_step_is_stored_once_however_often_it_is_drawn(studio, painter, monkeypatch):
    steps, note = [], Job.note_step
    monkeypatch.setattr(Job, "note_step", lambda self, step: steps.append(step) or note(self, step))
    monkeypatch.setattr("generation.progress.time.monotonic", lambda: 1000.0)
    ask_one(studio, painter, num_inference_steps=20)
    progress = Progress(claim())
    for step in (0, 20, 20, 20, 20):
        progress(step)
    assert steps == [20]
