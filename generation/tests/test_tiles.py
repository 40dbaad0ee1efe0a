"""What a tile says and offers beyond its state: the queue, verdicts, remarks, a second look."""

import pytest

from generation import queue
from generation.models import Image, Job, SafetyCase, Worker
from generation.tests.engine import ask, draw_all, without_cap
from generation.tests.page import FETCH, address, press, words

pytestmark = pytest.mark.django_db


def tile(client, workspace, job):
    return client.get(address("job", workspace, job), **FETCH)


# --- The queue ---


def test_own_pictures_may_go_to_the_front_of_ones_own(studio, painter, alice, as_alice, as_bob):
    without_cap(alice)
    first, second = (ask(studio, painter, prompt=name).jobs.get() for name in ("first", "second"))
    door = address("job_first", studio, second)
    assert door in tile(as_alice, studio, second).content.decode()
    assert address("job_first", studio, first) not in tile(as_alice, studio, first).content.decode()
    assert door not in tile(as_bob, studio, second).content.decode()
    assert "Next in line" in words(press(as_alice, "job_first", studio, second))
    assert "2nd in line" in words(tile(as_alice, studio, first))


def test_a_paused_queue_says_so_everywhere_and_goes_on(studio, painter, as_alice, as_bob):
    job = ask(studio, painter).jobs.get()
    answer = as_alice.post("/queue/pause/", **FETCH)
    assert "Your queue is paused." in words(answer)
    assert "Resume my queue" in words(answer)
    assert "Paused until you resume your queue" in words(tile(as_alice, studio, job))
    assert "Paused by whoever asked for it" in words(tile(as_bob, studio, job))
    assert "Your queue is paused." in words(as_alice.get(studio.get_absolute_url()))
    assert "Your queue is paused." not in words(as_bob.get(studio.get_absolute_url()))
    draw_all()
    job.refresh_from_db()
    assert job.state == "queued"
    assert "Pause my queue" in words(as_alice.post("/queue/resume/", **FETCH))
    draw_all()
    job.refresh_from_db()
    assert job.state == "succeeded"


def test_what_may_wait_says_for_what(studio, painter, as_alice):
    job = ask(studio, painter, time_class="whenever").jobs.get()
    assert "Whenever" in words(tile(as_alice, studio, job))


def test_the_site_line_tells_device_memory_and_step(studio, as_alice):
    Worker.objects.create(
        name="w",
        lanes="gpu",
        seen="2100-01-01T00:00Z",
        device="NVIDIA H200",
        memory_used=12 * 2**30,
        memory_total=139 * 2**30,
        busy=True,
        last_step="7/20",
    )
    said = words(as_alice.get(address("now", studio)))
    assert "NVIDIA H200 12.0 of 139 GB drawing 7/20" in said
    Worker.objects.update(trouble="No memory left.")
    said = words(as_alice.get(address("now", studio)))
    assert "takes no pictures at present" in said
    assert "No memory left." not in said


# --- The finished picture ---


@pytest.fixture
def image(studio, painter):
    ask(studio, painter)
    draw_all()
    return Image.objects.get()


def test_a_verdict_and_a_remark_stand_on_the_picture(studio, as_alice, image):
    image.verdict = {"verdict": "near", "difference": {"share": 0.004}, "changed": []}
    image.remark = "One colour all over."
    image.save()
    said = words(tile(as_alice, studio, image.job))
    assert "Near: 0.4 % of pixels differ" in said
    assert "One colour all over." in said
    assert "Near: 0.4 % of pixels differ" in words(as_alice.get(address("image", studio, image)))


def test_the_original_knows_how_it_was_verified(studio, as_alice, image):
    assert press(as_alice, "image_verify", studio, image).status_code == 201
    assert "Verified" not in words(as_alice.get(address("image", studio, image)))
    draw_all()
    assert "Verified Identical" in words(as_alice.get(address("image", studio, image)))


# --- Held back ---


@pytest.fixture
def held(studio, painter, alice):
    job = ask(studio, painter).jobs.get()
    Job.objects.update(state="blocked", error="It shows what this site does not allow.")
    fields = {"author": alice, "workspace": studio, "batch": job.batch, "job": job}
    fields |= {"stage": "output", "reason": "violence", "quarantined": "quarantine/1.png"}
    SafetyCase.objects.create(level="standard", **fields)
    return job


def test_who_asked_may_ask_staff_to_look_again_once(studio, as_alice, as_bob, held):
    said = words(tile(as_alice, studio, held))
    assert "It shows what this site does not allow. 1 unit returned." in said
    assert "Ask staff to look again" in said
    assert "Ask staff" not in words(tile(as_bob, studio, held))
    answer = words(press(as_alice, "job_appeal", studio, held))
    assert "Staff have been asked to look again." in answer
    assert "Ask staff to look again" not in answer


def test_staffs_answer_is_on_the_tile(studio, dora, as_alice, held):
    SafetyCase.objects.get().decide(dora, stands=True)
    assert "Staff looked again, and it stands." in words(tile(as_alice, studio, held))


def test_places_are_asked_for_once_however_many_wait(
    studio, painter, alice, as_alice, django_assert_max_num_queries
):
    without_cap(alice)
    for _ in range(10):
        ask(studio, painter, count=4)
    assert queue.places(Job.objects.all())
    with django_assert_max_num_queries(25):
        as_alice.get(address("feed", studio))
