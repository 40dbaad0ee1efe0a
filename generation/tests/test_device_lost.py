"""A device that is lost costs nobody a picture: its process ends, others draw (F44)."""

import pytest

from generation import providers, worker
from generation.models import Job, Worker
from generation.providers.errors import DeviceLost
from generation.tests.engine import ask, ask_one, draw_all
from generation.worker import device

pytestmark = pytest.mark.django_db(transaction=True)


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
    loop.device.fails(DeviceLost("The device is gone."))
    with pytest.raises(Ended):
        loop.device.fails(DeviceLost("The device is gone."))


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
