"""A request is accepted whole or refused in a sentence; what is accepted is kept."""

import uuid

import pytest
from django.core.exceptions import ValidationError

from billing.models import Account, Hold, LedgerEntry, OutOfUnits
from generation.models import Batch, Image, Job, Transition
from generation.retry import NotRetryable, retry
from generation.submit import KeyReused, submit
from generation.tests.engine import ask, ask_one, at_once, claim, draw, draw_all, request
from pixazo.models import Event
from workspaces.models import Topic, Workspace

pytestmark = pytest.mark.both


def refused(batch):
    with pytest.raises(ValidationError) as caught:
        submit(batch)
    assert not Batch.objects.exists()
    assert not Hold.objects.exists()
    return caught.value.message_dict


def test_it_makes_images(studio, painter):
    batch = ask(studio, painter, count=2)
    draw_all()
    assert [job.state for job in batch.jobs.all()] == ["succeeded", "succeeded"]
    assert Image.objects.filter(workspace=studio).count() == 2


def test_each_job_has_a_seed_of_its_own_and_units_set_aside(studio, painter, alice):
    batch = ask(studio, painter, count=3, seed=2**32 - 2)
    assert [job.seed for job in batch.jobs.all()] == [2**32 - 2, 2**32 - 1, 0]
    assert Account.objects.of(alice).held == 3
    assert Hold.objects.filter(reference__in=batch.jobs.values("pk")).count() == 3
    assert Transition.objects.filter(state=Job.State.QUEUED).count() == 3


def test_what_is_left_out_gets_its_default(studio, painter):
    batch = ask(studio, painter, width="", count=None, seed="", negative_prompt=None)
    assert (batch.width, batch.height, batch.num_inference_steps) == (64, 64, 4)
    assert (batch.count, batch.negative_prompt) == (1, "")
    assert batch.topic == studio.default_topic
    assert 0 <= batch.seed < 2**32


def test_open_pages_and_the_lane_hear_of_it(
    studio, painter, alice, rings, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        batch = ask(studio, painter)
    assert Event.objects.filter(channel=studio.channel, kind="batch", subject=batch.pk).exists()
    assert Event.objects.filter(channel=alice.channel, kind="units").exists()
    assert rings == ["remote"]


def test_a_fixed_value_is_corrected_in_words(studio, painter):
    painter.contract_data = {"num_inference_steps": {"fixed": 2, "reason": "It is distilled."}}
    painter.save()
    batch = ask(studio, painter, num_inference_steps=30)
    assert batch.num_inference_steps == 2
    assert batch.corrections == ["Steps set to 2: It is distilled."]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("prompt", "", "Describe the picture"),
        ("prompt", "   \n ", "Describe the picture"),
        ("prompt", "\x00\x07\x1b", "Describe the picture"),
        ("prompt", None, "must be a text"),
        ("prompt", 7, "must be a text"),
        ("prompt", "a" * 10_000, "4,000 characters, this one has 10,000"),
        ("negative_prompt", "a" * 4001, "4,000 characters"),
        ("width", 65, "multiple of 8: 64 or 72"),
        ("width", 1024, "between 32 and 256"),
        ("height", -8, "between 32 and 256"),
        ("height", "tall", "must be a number"),
        ("width", "nan", "must be a number"),
        ("width", 64.5, "must be a whole number"),
        ("num_inference_steps", 0, "between 1 and 50"),
        ("num_inference_steps", 51, "between 1 and 50"),
        ("guidance_scale", float("inf"), "must be a number"),
        ("guidance_scale", 21, "between 0 and 20"),
        ("count", 0, "from 1 to 4"),
        ("count", 5, "from 1 to 4"),
        ("count", "many", "whole number"),
        ("seed", -1, "from 0 to"),
        ("seed", 2**32, "from 0 to"),
    ],
)
def test_bad_input_is_refused_in_words_and_leaves_nothing(studio, painter, field, value, words):
    sentences = refused(request(studio, painter, **{field: value}))
    assert words in sentences[field][0]


def test_everything_that_is_wrong_is_said_at_once(studio, painter):
    assert set(refused(request(studio, painter, prompt="", count=9, width=1))) == {
        "prompt",
        "count",
        "width",
    }


def test_emoji_stay_and_control_characters_go(studio, painter):
    batch = ask(studio, painter, prompt="a \x00house 🏠\x07 in\r\nthe snow \ud800")
    assert batch.prompt == "a house 🏠 in\nthe snow"


def test_an_inactive_model_is_refused_by_name(studio, painter):
    painter.is_active = False
    painter.save()
    assert "Painter can't be used" in refused(request(studio, painter))["model"][0]


def test_a_topic_of_another_workspace_is_refused(studio, painter, charlie):
    theirs = Workspace.found(charlie, "Theirs")
    batch = request(studio, painter, topic=Topic.objects.get(workspace=theirs))
    assert "topic" in refused(batch)


def test_too_poor_keeps_nothing(studio, painter, alice):
    painter.units = 4
    painter.save()
    with pytest.raises(OutOfUnits) as caught:
        ask(studio, painter, count=3)
    assert "You have 10 units left today, this needs 12." in caught.value.sentence
    assert not Batch.objects.exists()
    assert not Job.objects.exists()
    assert Account.objects.of(alice).held == 0


def test_the_eleventh_image_of_a_free_day_is_refused(studio, painter):
    for _ in range(10):
        ask(studio, painter)
    draw_all()
    with pytest.raises(OutOfUnits) as caught:
        ask(studio, painter)
    assert "00:00 UTC" in caught.value.sentence
    assert Image.objects.count() == 10


def test_a_repeated_key_returns_the_first_batch(studio, painter):
    first = ask(studio, painter, idempotency_key="k1")
    again = ask(studio, painter, idempotency_key="k1")
    assert again.pk == first.pk
    assert Hold.objects.count() == 1


def test_a_repeated_key_outlives_the_model_and_its_contract(studio, painter):
    first = ask(studio, painter, idempotency_key="k1")
    painter.is_active = False
    painter.contract_data |= {"width": {"default": 128, "min": 128, "max": 256, "step": 8}}
    painter.save()
    assert ask(studio, painter, idempotency_key="k1").pk == first.pk


def test_a_key_belongs_to_its_author(studio, painter, bob):
    first = ask(studio, painter, idempotency_key="k1")
    assert ask(studio, painter, author=bob, idempotency_key="k1").pk != first.pk


@pytest.mark.parametrize("other", [{"prompt": "a boat"}, {"count": 2}, {"seed": 4}])
def test_a_key_with_another_request_is_refused(studio, painter, other):
    ask(studio, painter, idempotency_key="k1", seed=3)
    with pytest.raises(KeyReused):
        ask(studio, painter, idempotency_key="k1", **{"seed": 3} | other)
    assert Batch.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_request_twenty_times_at_once_is_one_batch(studio, painter):
    answers = at_once(20, lambda number: ask(studio, painter, idempotency_key="k1").pk)
    assert len(set(answers)) == 1
    assert isinstance(answers[0], uuid.UUID)
    assert Hold.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_requests_at_once_can_not_oversell(studio, painter, alice):
    answers = at_once(50, lambda number: ask(studio, painter))
    accepted = [answer for answer in answers if isinstance(answer, Batch)]
    assert len(accepted) == 10
    assert all(isinstance(answer, Batch | OutOfUnits) for answer in answers)
    account = Account.objects.of(alice)
    assert (account.held, account.spent) == (10, 0)
    assert Job.objects.count() == 10


def test_a_failed_picture_is_made_again_with_new_units(studio, painter, alice):
    painter.address = "crash"
    painter.save()
    job = ask_one(studio, painter)
    draw_all()
    job.refresh_from_db()
    assert (job.state, job.is_retryable) == (Job.State.FAILED, True)
    assert Account.objects.of(alice).held == 0
    painter.address = "steady"
    painter.save()
    retry(job, alice)
    assert Account.objects.of(alice).held == 1
    draw_all()
    job.refresh_from_db()
    assert (job.state, job.error, job.attempt) == (Job.State.SUCCEEDED, "", 1)
    kinds = list(LedgerEntry.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["hold", "release", "hold", "capture"]


def test_what_was_just_deleted_is_not_made_again(studio, painter, alice):
    job = ask_one(studio, painter)
    job.cancel()
    seen = Job.objects.select_related("batch").get(pk=job.pk)
    job.batch.trash()
    assert seen.batch.deleted is None
    with pytest.raises(NotRetryable):
        retry(seen, alice)
    assert Account.objects.of(alice).held == 0


def test_whoever_asks_again_pays(studio, painter, alice, bob):
    job = ask_one(studio, painter)
    job.cancel()
    retry(job, bob)
    draw_all()
    assert (Account.objects.of(alice).spent, Account.objects.of(bob).spent) == (0, 1)


def test_only_what_failed_or_was_cancelled_is_made_again(studio, painter, alice):
    job = ask_one(studio, painter)
    with pytest.raises(NotRetryable):
        retry(job, alice)
    draw(claim())
    job.refresh_from_db()
    with pytest.raises(NotRetryable):
        retry(job, alice)
    assert Hold.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_asking_again_twice_at_once_is_asking_once(studio, painter, alice):
    job = ask_one(studio, painter)
    job.cancel()
    answers = at_once(6, lambda number: retry(Job.objects.get(pk=job.pk), alice))
    assert sum(isinstance(answer, Job) for answer in answers) == 1
    assert sum(isinstance(answer, NotRetryable) for answer in answers) == 5
    assert Account.objects.of(alice).held == 1
