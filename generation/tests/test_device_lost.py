"""A device that is lost costs nobody a picture: its process ends, others draw (F44)."""

import threading

import pytest

from generation import providers, run, worker
from generation.models import Job, Worker
from generation.progress import Progress
from generation.providers.errors import DeviceLost
from generation.retry import retry
from generation.tests.engine import ask, ask_one, claim, draw_all
from generation.worker import device

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


class Ended(BaseException):
    pass


@pytest.fixture(autouse=True)
def ends(monkeypatch):
    """The exit codes of processes that ended; nothing after it happens in them."""
    codes = []

    def leave(code):
        codes.append(code)
        raise Ended

    monkeypatch.setattr("os._exit", leave)
    return codes


@pytest.fixture
def broken(painter):
    painter.address = "lost"
    painter.save()
    return painter


def successor(loop, number):
    """A worker that the supervisor starts in its place: the same name, another process."""
    after = worker.Loop("remote")
    after.worker = after.device.worker = f"{Worker.place_of(loop.worker)}{number}"
    return after


def test_two_losses_in_a_row_end_the_process_and_count_for_no_job(studio, broken, ends):
    ask(studio, broken, count=2)
    loop = worker.Loop("remote")
    assert loop.look()
    assert ends == []
    with pytest.raises(Ended):
        loop.look()
    assert ends == [71]
    assert set(Job.objects.values_list("state", "attempt")) == {("queued", 0)}
    assert "device" in Worker.objects.get(name=loop.worker).trouble


def test_one_loss_between_pictures_is_a_mishap(studio, broken, painter, ends):
    loop = worker.Loop("remote")
    loop.saver.start()
    ask_one(studio, broken)
    for address in ("lost", "steady", "lost", "steady"):
        painter.address = address
        painter.save()
        loop.look()
        if address == "steady":
            ask_one(studio, painter)
    loop.saver.end()
    assert ends == []


def test_its_successor_rests_longer_each_time(studio, broken, ends, monkeypatch):
    clock = [1000.0]
    monkeypatch.setattr(device.time, "monotonic", lambda: clock[0])
    ask(studio, broken, count=2)
    loop = worker.Loop("remote")
    rests = []
    for number in range(3):
        fails(loop)
        loop = successor(loop, 9_000_000 + number)
        loop.look()
        assert worker.heart.report(loop)["trouble"]
        rests.append(loop.device.rest_until - clock[0])
        clock[0] += rests[-1]
        assert worker.heart.report(loop)["trouble"] == ""
    assert rests == [15, 30, 60]


def fails(loop):
    loop.device.is_fit()
    for _ in range(device.MOST_LOSSES):
        loop.device.fails(DeviceLost("The device is gone."))
    with pytest.raises(Ended):
        loop.leave()


def test_what_is_drawn_already_is_stored_before_the_process_ends(studio, broken, ends):
    loop = worker.Loop("remote")
    loop.device.losses = 1
    broken.address = "steady"
    broken.save()
    drawn = ask_one(studio, broken)
    progress = Progress(claim(loop.worker))
    pictures = run.draw(progress)
    broken.address = "lost"
    broken.save()
    ask_one(studio, broken)
    loop.saver.progress, loop.saver.drawn = progress, pictures
    loop.saver.start()
    with pytest.raises(Ended):
        loop.look()
    drawn.refresh_from_db()
    assert drawn.state == "succeeded"


def test_what_cannot_be_stored_in_time_is_another_workers(studio, broken, ends, monkeypatch):
    monkeypatch.setattr("generation.worker.loop.SAVE_SECONDS", 0.01)
    broken.address = "steady"
    broken.save()
    ask_one(studio, broken)
    loop = worker.Loop("remote")
    loop.saver.progress = Progress(claim(loop.worker))
    hold = threading.Event()
    monkeypatch.setattr(loop.saver, "run", lambda: hold.wait(60))
    loop.saver.start()
    fails(loop)
    hold.set()
    loop.saver.join()
    assert Job.objects.values_list("state", "worker").get() == ("queued", "")


def test_a_call_that_failed_of_itself_says_nothing_about_the_device(studio, broken, ends):
    loop = worker.Loop("remote")
    for address in ("lost", "crash", "lost"):
        broken.address = address
        broken.save()
        if address == "crash":
            Job.objects.all().delete()
        ask_one(studio, broken)
        if address == "lost" and loop.device.losses:
            with pytest.raises(Ended):
                loop.look()
        else:
            loop.look()
    assert ends == [71]


def test_losses_before_a_retry_do_not_count(studio, broken, settings, alice):
    job = ask_one(studio, broken)
    loop = worker.Loop("remote")

    def until_it_fails():
        for _ in range(settings.MAX_ATTEMPTS + 1):
            loop.device.losses = 0
            loop.look()

    until_it_fails()
    job.refresh_from_db()
    retry(job, alice)
    loop.device.losses = 0
    loop.look()
    job.refresh_from_db()
    assert job.state == "queued"


def test_once_it_works_again_the_past_is_forgotten(studio, painter, ends, monkeypatch):
    fails(worker.Loop("remote"))
    monkeypatch.setattr(device, "SHORTEST_REST", 0.0)
    loop = successor(worker.Loop("remote"), 9_000_000)
    job = ask_one(studio, painter)
    loop.saver.start()
    assert loop.look()
    loop.saver.end()
    job.refresh_from_db()
    assert job.state == "succeeded"
    assert not Worker.objects.exclude(trouble="").exists()


def test_a_job_that_loses_every_device_fails_in_the_end_and_costs_nothing(
    studio, broken, settings, alice
):
    job = ask_one(studio, broken)
    loop = worker.Loop("remote")
    for _ in range(settings.MAX_ATTEMPTS + 1):
        loop.device.losses = 0
        loop.look()
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "device_lost")
    assert "broke down" in job.error
    providers.provider("fake")
    draw_all()
