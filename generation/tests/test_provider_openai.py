"""Pictures by any image API of OpenAI's form."""

import base64
import json
import threading

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from PIL import Image as Pillow

from generation import providers
from generation.models import Image, ImageModel, Job, Service
from generation.providers.base import ImageRequest, Picture
from generation.providers.errors import KeyRefused
from generation.providers.remote import asking, results
from generation.tests.engine import ask, ask_one
from generation.tests.remote import (
    ended,
    failed,
    inpainting,
    make_model,
    make_service,
    once,
    rested,
    succeeded,
    waiting,
)
from generation.tests.stand_ins.gateway import Media
from generation.tests.stand_ins.openai import KEY, OpenAI, parts
from generation.tests.stand_ins.server import Reply, picture

pytestmark = pytest.mark.once

XAI = {
    "operations": {
        mode: {"constants": {"size": None, "aspect_ratio": "1:1", "edits": "json"}}
        for mode in ("text", "image")
    }
}


@pytest.fixture
def api(settings, monkeypatch):
    monkeypatch.setattr(results, "PAUSES", (0, 0))
    with OpenAI() as api:
        settings.TRUSTED_HOSTS = [api.host]
        yield api
    cache.clear()


@pytest.fixture
def service(db, api):
    return make_service("openai", api.url, api_key=KEY)


@pytest.fixture
def model(service):
    return make_model(service, slug="gpt-image-1-5")


def test_a_picture_that_comes_in_the_answer_is_kept(studio, model, api):
    job = ask_one(studio, model, prompt="a lighthouse")
    once()
    image = succeeded(job)
    (asked,) = api.journal
    assert asked.json == {
        "model": "gpt-image-1-5",
        "prompt": "a lighthouse",
        "n": 1,
        "size": "64x64",
    }
    assert asked.headers["idempotency-key"] == f"{job.pk}-1"
    assert (image.width, image.height) == (64, 64)
    assert KEY not in str(image.recipe)


def test_a_picture_that_lies_elsewhere_is_fetched_without_the_key(studio, model, api, settings):
    with Media() as api.media:
        settings.PICTURE_HOSTS = [api.media.host]
        job = ask_one(studio, model)
        once()
        succeeded(job)
        assert "authorization" not in api.media.journal[0].headers


def test_constants_and_fields_of_its_adapter_are_sent(studio, service, api):
    adapter = {
        "operations": {
            "text": {
                "constants": {"quality": "high", "response_format": "b64_json"},
                "fields": {"seed": "seed"},
            }
        }
    }
    job = ask_one(studio, make_model(service, adapter=adapter), seed=5)
    once()
    succeeded(job)
    asked = api.journal[0].json
    assert (asked["quality"], asked["response_format"], asked["seed"]) == ("high", "b64_json", 5)


def test_a_server_may_have_a_path_and_a_list_of_its_own(studio, service, api):
    def elsewhere(asked, connection):
        assert asked.path == "/v1/draw"
        made = json.loads(api.made(1, "64x64").body)
        return Reply.of({"images": made["data"]})

    api.behaviour = elsewhere
    adapter = {"operations": {"text": {"path": "/draw", "result": ["images"]}}}
    job = ask_one(studio, make_model(service, adapter=adapter))
    once()
    succeeded(job)


def test_one_call_makes_a_batch_where_the_model_may(studio, service, api):
    model = make_model(service, contract={"images_per_call": 4})
    ask(studio, model, count=2)
    once()
    assert [asked.json["n"] for asked in api.journal] == [2]
    assert Image.objects.count() == 2


def test_what_fails_in_company_is_ordered_again_alone(studio, service, api):
    """The fate of the first order is known: nothing was made."""

    def alone(asked, connection):
        if asked.json["n"] > 1:
            return api.error("Not so many.", "invalid_value", 400)
        return api.made(1, "64x64")

    api.behaviour = alone
    model = make_model(service, contract={"images_per_call": 4})
    ask(studio, model, count=2)
    while once():
        pass
    assert [asked.json["n"] for asked in api.journal] == [2, 1, 1]
    assert Image.objects.count() == 2


def test_people_with_keys_of_their_own_pay_for_themselves(db, api):
    requests = [request(api, api_key=key) for key in (KEY, "sk-another")]
    mine, others = providers.provider("openai").generate(requests, silent())
    assert isinstance(mine, Picture)
    assert isinstance(others, KeyRefused)
    assert [asked.json["n"] for asked in api.journal] == [1, 1]


def request(api, **fields):
    fields = {"api_key": KEY, "width": 64, "height": 64, **fields}
    return ImageRequest(
        address="gpt-image-1.5",
        prompt="a fox",
        negative_prompt="",
        num_inference_steps=1,
        guidance_scale=0,
        seed=1,
        base_url=api.url,
        **fields,
    )


def silent():
    class Silent:
        def __call__(self, step, preview=None):
            pass

        def sent(self, number, remote_id):
            pass

    return Silent()


def make(api, **fields):
    (made,) = providers.provider("openai").generate([request(api, **fields)], silent())
    return made


def test_a_picture_to_work_from_is_sent_with_its_mask(db, api):
    """OpenAI draws anew where the mask is transparent; ours says it in white."""
    mask = Pillow.new("L", (64, 64), "black")
    mask.paste(255, (0, 0, 32, 64))
    made = make(api, mode="inpaint", source=Pillow.new("RGB", (64, 64), "red"), mask=mask)
    assert made.image.size == (64, 64)
    (asked,) = api.journal
    assert asked.path == "/v1/images/edits"
    fields, files = parts(asked)
    assert fields == {"model": "gpt-image-1.5", "prompt": "a fox", "n": "1", "size": "64x64"}
    assert sorted(files) == ["image", "mask"]
    assert Pillow.open(files["image"]).getpixel((0, 0)) == (255, 0, 0)
    alpha = Pillow.open(files["mask"]).getchannel("A")
    assert (alpha.getpixel((0, 0)), alpha.getpixel((63, 0))) == (0, 255)


def test_inpainting_goes_through_the_whole_site(studio, service, api):
    model = make_model(service, contract={"modes": ["inpaint"], "strength": False})
    job = inpainting(studio, model)
    once()
    succeeded(job)
    _, files = parts(api.journal[0])
    assert Pillow.open(files["image"]).convert("RGB").getpixel((9, 9)) == (255, 0, 0)
    assert Pillow.open(files["mask"]).getchannel("A").getpixel((9, 9)) == 0


def test_several_pictures_are_sent_as_a_list(db, api):
    references = tuple(Pillow.new("RGB", (64, 64), each) for each in ("red", "blue"))
    make(api, references=references)
    _, files = parts(api.journal[0])
    assert [len(files.getlist(name)) for name in files] == [2]
    assert list(files) == ["image[]"]


def test_xai_takes_json_and_no_sizes(db, api):
    made = make(api, mode="image", source=Pillow.new("RGB", (64, 64)), adapter=XAI, width=512)
    assert made.image.size == (64, 64)
    (asked,) = api.journal
    assert asked.path == "/v1/images/edits"
    assert asked.json["image"]["url"].startswith("data:image/png;base64,")
    assert set(asked.json) == {"model", "prompt", "n", "aspect_ratio", "image"}


# --- Refusals ---


def flat(message, code, status):
    """xAI's errors."""
    return Reply.of({"code": code, "error": message}, status)


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (OpenAI.error("Incorrect API key provided.", "invalid_api_key", 401), "service_key"),
        (flat("Incorrect API key provided: xa***", "invalid-argument", 400), "service_key"),
        (flat("No credentials", "unauthenticated:no-credentials", 401), "service_key"),
        (OpenAI.error("No credits left.", "insufficient_quota", 429), "service_balance"),
        (OpenAI.error("The model 'x' does not exist.", "model_not_found", 404), "model_trouble"),
        (OpenAI.error("Invalid size.", "invalid_value", 400), "service_refused"),
        (flat("missing field `prompt`", "invalid-request", 422), "service_refused"),
        (Reply.of({"detail": [{"loc": ["body"]}]}, 422), "service_refused"),
        (OpenAI.error("The server had an error.", "server_error", 500), "service_failed"),
        (Reply.of({"created": 1, "data": []}), "bad_answer"),
        (Reply.of({"created": 1, "data": [{}]}), "bad_answer"),
        (Reply.of({"created": 1, "data": ["https://a.example/"]}), "bad_answer"),
        (Reply.of({"data": [{"b64_json": "not base64!"}]}), "bad_answer"),
        (Reply.of({"data": [{"b64_json": base64.b64encode(b"a text").decode()}]}), "bad_answer"),
        (
            Reply.of({"data": [{"b64_json": base64.b64encode(picture(32, 32)).decode()}]}),
            "bad_answer",
        ),
        (Reply.of({"data": [{"url": "http://127.0.0.1:22/x"}]}), "bad_answer"),
        (Reply.of({"data": [{"url": "gopher://127.0.0.1/x"}]}), "bad_answer"),
        (Reply(200, b"<html>"), "bad_answer"),
        (
            Reply(
                200,
                b'event: execute\ndata: {"type": "execute", "code": "alert(1)"}\n\n',
                {"Content-Type": "text/event-stream"},
            ),
            "bad_answer",
        ),
    ],
)
def test_a_refusal_ends_the_picture_and_costs_nothing(studio, model, api, reply, code):
    api.behaviour = reply
    job = ask_one(studio, model)
    once()
    failed(job, code)
    assert KEY not in job.details


@pytest.mark.parametrize(
    "reply",
    [
        OpenAI.error("Your request was rejected by the safety system.", "moderation_blocked", 400),
        flat("Generated image rejected by content moderation.", "invalid-argument", 400),
    ],
)
def test_what_its_safety_check_stops_is_held_back(studio, model, api, reply):
    api.behaviour = reply
    job = ask_one(studio, model)
    once()
    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.BLOCKED, "blocked")
    ended(job)


def test_too_many_requests_wait(studio, model, api):
    api.behaviour = OpenAI.error("Rate limit.", "rate_limit_exceeded", 429, Retry_After="20")
    job = ask_one(studio, model)
    once()
    assert 15 < waiting(job) <= 25
    rested()
    api.behaviour = None
    once()
    succeeded(job)


def test_an_answer_without_end_is_not_read_to_it(studio, model, api, monkeypatch):
    monkeypatch.setattr(asking, "LIMIT_BYTES", 1024 * 1024)

    def pour(asked, connection):
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        while True:
            connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")

    api.behaviour = pour
    job = ask_one(studio, model)
    once()
    failed(job, "bad_answer")


def test_a_server_without_keys_needs_none(studio, model, api):
    Service.objects.update(api_key="")
    api.key = ""
    job = ask_one(studio, model)
    once()
    succeeded(job)


# --- Several loops ask at once ---


def test_loops_of_one_process_share_a_provider(db, api, django_db_blocker):
    """As the pool of remote calls does; the cache's rate is not what this is about."""
    made, provider = [], providers.provider("openai")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asking.rate, "take", lambda key, most: None)

        def work(size):
            fields = {"width": size, "height": size}
            made.append(provider.generate([request(api, **fields)], silent())[0].image.size)

        threads = [threading.Thread(target=work, args=(8 * each,)) for each in range(1, 9)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(made) == [(8 * each, 8 * each) for each in range(1, 9)]


# --- Its list of models ---


def test_models_of_the_service_become_rows_that_are_off(service, api, capsys):
    call_command("sync_models", "openai")
    assert "2 new models" in capsys.readouterr().out
    rows = {model.address: model for model in service.image_models.all()}
    assert set(rows) == {"gpt-image-1.5", "grok-imagine-image"}
    assert not any(model.is_active for model in rows.values())
    call_command("sync_models", "openai")
    assert "0 new models" in capsys.readouterr().out


def test_a_model_that_is_no_longer_listed_says_so_until_it_is(service, api):
    model = make_model(service, slug="dall-e-3")
    call_command("sync_models", "openai")
    model.refresh_from_db()
    assert "no longer lists" in model.trouble
    api.models.append("dall-e-3")
    call_command("sync_models", "openai")
    model.refresh_from_db()
    assert model.trouble == ""


def test_a_synchronised_model_draws_once_it_is_switched_on(studio, service, api):
    call_command("sync_models", "openai")
    ImageModel.objects.update(is_active=True)
    job = ask_one(studio, ImageModel.objects.get(address="gpt-image-1.5"))
    once()
    assert succeeded(job).width == 1024


@pytest.mark.parametrize("names", ["openai", "nobody"])
def test_a_list_that_cannot_be_read_is_said_so(service, api, names):
    api.behaviour = Reply(200, b"[]")
    with pytest.raises(CommandError, match=r"could not be used|no service"):
        call_command("sync_models", names)


def test_the_gateways_list_is_the_catalogues(db, api):
    service = make_service("pixazo", "https://gateway.pixazo.example")
    call_command("sync_models", "pixazo")
    assert service.image_models.filter(address="flux-2-klein-4b", is_active=False).exists()
    assert service.image_models.filter(address="flux-dev").count() == 2
    call_command("sync_models", "pixazo")
    other = make_service("pixazo", "https://other.pixazo.example", slug="other")
    call_command("sync_models", "other")
    assert other.image_models.count() == service.image_models.count()
