"""OpenAI's own client, unmodified, against the site under its own server."""

import base64
import io
import threading

import pytest
from django.db import connections
from PIL import Image as Pillow

from accounts.models import ApiKey
from billing.models import Account, Plan
from generation.models import Batch, ForbiddenWord, Job
from generation.tests.engine import draw_all
from generation.tests.pictures_for_tests import as_bytes, picture
from pixazo import later
from pixazo.scopes import READ
from pixazo.tests.processes import until

pytestmark = [
    pytest.mark.once,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("editor"),
]
BETWEEN_ATTEMPTS = "openai._base_client.SyncAPIClient._sleep_for_retry"
ASKED = {"model": "painter", "prompt": "a red house"}


def size_of(datum):
    return Pillow.open(io.BytesIO(base64.b64decode(datum.b64_json))).size


def test_it_draws(openai_client, artist):
    answer = openai_client.images.generate(
        **ASKED,
        n=2,
        size="128x64",
        quality="high",
        background="auto",
        extra_body={"seed": 7, "negative_prompt": "rain", "steps": 3},
    )
    assert [size_of(each) for each in answer.data] == [(128, 64)] * 2
    assert (answer.size, answer.output_format) == ("128x64", "png")
    batch = Job.objects.first().batch
    assert (batch.seed, batch.negative_prompt, batch.num_inference_steps) == (7, "rain", 3)


def test_it_lists_the_models(openai_client):
    assert [each.id for each in openai_client.models.list() if each.kind == "image"] == ["painter"]
    assert openai_client.models.retrieve("painter").object == "model"


def test_it_streams_previews_and_the_picture(openai_client, artist, painter):
    painter.address = "slow:0.4"
    painter.save()
    events = list(
        openai_client.images.generate(
            **ASKED, stream=True, partial_images=2, extra_body={"steps": 8}
        )
    )
    kinds = [each.type for each in events]
    assert kinds[-1] == "image_generation.completed"
    assert set(kinds[:-1]) == {"image_generation.partial_image"}
    assert [each.partial_image_index for each in events[:-1]] == list(range(len(events) - 1))
    assert size_of(events[-1]) == (64, 64)


def test_it_edits_one_picture_or_several(openai_client, artist):
    one = as_bytes(picture(64, 64))
    answer = openai_client.images.edit(**ASKED, image=("a.png", one), size="auto")
    assert size_of(answer.data[0]) == (64, 64)
    others = [("a.png", one), ("b.png", as_bytes(picture(32, 32)))]
    assert openai_client.images.edit(**ASKED, image=others).data
    assert Batch.objects.latest("id").inputs.count() == 2


def test_it_edits_where_the_mask_is_transparent(openai_client, artist):
    hole = Pillow.new("RGBA", (64, 64), (0, 0, 0, 255))
    hole.paste((0, 0, 0, 0), (0, 0, 32, 64))
    answer = openai_client.images.edit(
        **ASKED,
        image=("a.png", as_bytes(picture(64, 64))),
        mask=("m.png", as_bytes(hole)),
    )
    assert answer.data
    assert Job.objects.get().batch.mode == "inpaint"


@pytest.mark.filterwarnings("ignore:deprecated:DeprecationWarning")  # so are variations
def test_it_raises_what_it_knows(openai_client, openai_address, alice):
    import openai

    client = openai_client.with_options(max_retries=0)
    with pytest.raises(openai.NotFoundError) as caught:
        client.images.generate(model="nothing", prompt="x")
    assert (caught.value.code, caught.value.param) == ("model_not_found", "model")
    assert len(caught.value.request_id) == 32
    with pytest.raises(openai.AuthenticationError, match="API key"):
        client.with_options(api_key="sk-nonsense").models.list()
    _, reader = ApiKey.issue(alice, "Reader", [READ])
    with pytest.raises(openai.PermissionDeniedError):
        client.with_options(api_key=reader).images.generate(**ASKED)
    ForbiddenWord.objects.create(text="basilisk", reason="other")
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.generate(model="painter", prompt="a basilisk")
    assert caught.value.code == "moderation_blocked"
    with pytest.raises(openai.NotFoundError):
        client.get("/nothing", cast_to=object)
    with pytest.raises(openai.InternalServerError, match="edits"):
        client.images.create_variation(image=("a.png", as_bytes(picture())))


def test_it_does_not_ask_again_where_nothing_is_left(openai_client, alice, monkeypatch):
    import openai

    Account.objects.of(alice)
    Plan.objects.update(daily_units=0)
    # Would it wait to try again, it would fail here.
    monkeypatch.setattr(BETWEEN_ATTEMPTS, lambda self, **attempt: 1 / 0)
    with pytest.raises(openai.RateLimitError) as caught:
        openai_client.images.generate(**ASKED)
    assert caught.value.code == "insufficient_quota"


def test_its_own_retry_finds_what_it_asked_for(openai_client, settings, monkeypatch, alice):
    """The first attempt is told that it takes too long; by the second the picture is there."""
    settings.OPENAI_SECONDS = 0
    attempts = []

    def meanwhile(self, **attempt):
        attempts.append(attempt)
        draw_all()

    monkeypatch.setattr(BETWEEN_ATTEMPTS, meanwhile)
    assert openai_client.images.generate(**ASKED).data
    assert len(attempts) == 1
    assert Job.objects.count() == 1
    assert Account.objects.get(user=alice).spent == 1


def test_without_retries_the_error_names_the_job(openai_client, settings):
    import openai

    settings.OPENAI_SECONDS = 0
    with pytest.raises(openai.InternalServerError) as caught:
        openai_client.with_options(max_retries=0).images.generate(**ASKED)
    assert caught.value.status_code == 504
    assert str(Job.objects.get().pk) in str(caught.value)


def test_a_long_wait_is_kept_alive_and_its_answer_is_whole(openai_client, painter, quick, beats):
    """Nothing is drawn before the client was told twice that somebody is here."""

    def draw():
        for _ in range(2):
            beats.acquire(timeout=600)
        draw_all()
        connections.close_all()

    drawing = threading.Thread(target=draw)
    drawing.start()
    try:
        raw = openai_client.images.with_raw_response.generate(**ASKED)
    finally:
        beats.release(2)
        drawing.join()
    assert raw.text.startswith("  ")
    assert size_of(raw.parse().data[0]) == (64, 64)


def test_a_late_failure_is_no_answer(openai_client, artist, painter, quick):
    """Its status was sent by then: the connection is cut, and the client's own retry learns why."""
    import openai

    painter.address = "missing"
    painter.save()
    with pytest.raises(openai.APIError) as caught:
        openai_client.images.generate(**ASKED)
    assert str(Job.objects.get().pk) in str(caught.value)


def test_who_hangs_up_finds_the_picture_later(openai_client, painter):
    import openai

    with pytest.raises(openai.APITimeoutError):
        openai_client.with_options(timeout=4, max_retries=0).images.generate(**ASKED)
    until(lambda: Job.objects.exists())
    draw_all()
    assert Job.objects.get().state == "succeeded"


@pytest.fixture
def beats(monkeypatch):
    """One is let go with each that is sent."""
    sent, told = later.Later._sent, threading.Semaphore(0)

    async def heard(answer):
        async for chunk in sent(answer):
            yield chunk
            if chunk == b" ":
                told.release()

    monkeypatch.setattr(later.Later, "_sent", heard)
    return told


@pytest.fixture
def quick(monkeypatch):
    """A wait of seconds is as a wait of minutes."""
    monkeypatch.setattr(later, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr(later, "BEAT_SECONDS", 0.1)
