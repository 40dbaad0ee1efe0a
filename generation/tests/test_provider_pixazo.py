"""Pictures by the Pixazo gateway: every operation, its queue, its check of pictures."""

import json

import pytest

from generation import providers
from generation.catalogue import REMOTE_MODELS
from generation.catalogue.adapters import ADAPTERS
from generation.models import Image, ImageModel, Job, Service
from generation.models.service import BEGINNINGS
from generation.providers.base import ImageRequest
from generation.providers.errors import BadAnswer
from generation.providers.pixazo import waiting as gateway_queue
from generation.providers.pixazo.content_safety import content_safety
from generation.providers.remote.adapter import parse
from generation.providers.remote.asking import Account
from generation.tests.engine import ask_one
from generation.tests.gateway_site import TEXT
from generation.tests.remote import (
    ended,
    failed,
    make_model,
    once,
    rested,
    succeeded,
    waiting,
)
from generation.tests.stand_ins.gateway import KEY, ORDERS
from generation.tests.stand_ins.hostile import reset
from generation.tests.stand_ins.server import Reply

pytestmark = pytest.mark.once


def test_a_picture_is_ordered_fetched_and_kept(studio, sdxl, gateway, media):
    job = ask_one(
        studio, sdxl, prompt="a lighthouse", negative_prompt="blur", seed=2**31 + 7, width=72
    )
    media.size = (72, 64)
    assert once()
    image = succeeded(job)
    (order,) = gateway.orders
    assert order.path == "/getImage/v1/getSDXLImage"
    assert order.json == {
        "prompt": "a lighthouse",
        "negative_prompt": "blur",
        "width": 72,
        "height": 64,
        "num_steps": 4,
        "guidance_scale": 7.0,
        "seed": 7,
    }
    assert (image.width, image.height) == (72, 64)
    assert image.recipe["made_by"] == {"service": "127.0.0.1"}
    assert KEY not in str(image.recipe)
    assert [asked.method for asked in media.journal] == ["GET"]


def request_for(slug, gateway, **fields):
    """In the first of the sizes that the model knows, if it knows only some."""
    model = next(each for each in REMOTE_MODELS if each["slug"] == slug)
    width, height = model["contract_data"].get("sizes", [[64, 64]])[0]
    gateway.media.size = (width, height)
    fields = {
        "prompt": "a lighthouse",
        "negative_prompt": "blur",
        "num_inference_steps": 4,
        "guidance_scale": 5.0,
        "strength": 0.6,
        "scale": 2,
        "source_url": "https://pixazo.example/handed/a",
        "mask_url": "https://pixazo.example/handed/b",
        **fields,
    }
    return ImageRequest(
        address=model["address"],
        width=width,
        height=height,
        seed=7,
        adapter=model["adapter"],
        base_url=gateway.url,
        api_key=KEY,
        **KEYS,
        **fields,
    )


KEYS = {name: BEGINNINGS["pixazo"][name] for name in ("key_header", "key_prefix")}
CHECK = "/content-safety/v1/image-moderation"


def account(gateway):
    return Account(gateway.url, KEY, **KEYS)


class Steps:
    def __init__(self):
        self.steps, self.names = [], []

    def __call__(self, step, preview=None):
        self.steps.append(step)

    def sent(self, number, remote_id):
        self.names.append(remote_id)


PIXAZO_MODELS = [each["slug"] for each in REMOTE_MODELS if each["service"] == "pixazo"]


@pytest.mark.parametrize("slug", PIXAZO_MODELS)
def test_each_model_of_the_catalogue_is_asked_in_its_own_words(db, gateway, slug):
    """The stand-in answers 500 to a name that the model does not know, as the gateway does."""
    modes = parse(ADAPTERS[slug]).operations
    assert modes
    for mode in modes:
        request = request_for(slug, gateway, mode=mode)
        (made,) = providers.provider("pixazo").generate([request], Steps())
        assert made.image.size == gateway.media.size
    assert {asked.path for asked in gateway.orders} <= ORDERS


def test_a_size_in_the_services_own_words_may_be_another(studio, service, gateway):
    contract = {"sizes": [[1024, 1024], [512, 512]]}
    model = make_model(service, adapter=ADAPTERS["pixazo-flux-dev"], contract=contract)
    job = ask_one(studio, model, width=512, height=512)
    once()
    image = succeeded(job)
    assert gateway.orders[0].json["image_size"] == "square"
    assert "chose the size: 64" in image.remark


def test_every_size_of_the_catalogue_has_a_word_at_the_service():
    for model in REMOTE_MODELS:
        for operation in parse(model["adapter"]).operations.values():
            for field in operation.fields.values():
                if field.of == "size" and field.names:
                    sizes = model["contract_data"]["sizes"]
                    assert {f"{width}x{height}" for width, height in sizes} == set(field.names)


def test_a_model_may_want_its_key_in_another_header_as_well(studio, service, gateway):
    adapter = ADAPTERS[TEXT] | {"key_header": "X-Secret-Key"}
    job = ask_one(studio, make_model(service, adapter=adapter))
    once()
    succeeded(job)
    assert gateway.orders[0].headers["x-secret-key"] == KEY


def test_a_model_in_the_catalogue_offers_no_mode_that_its_adapter_lacks():
    # Outpainting arrives as inpainting of a larger picture, a variation as image.
    arrives = {"outpaint": "inpaint", "variation": "image"}
    for model in REMOTE_MODELS:
        if model["service"] == "pixazo":
            modes = model["contract_data"].get("modes", ["text"])
            wanted = {arrives.get(mode, mode) for mode in modes}
            assert wanted == set(model["adapter"]["operations"]), model["slug"]


def test_what_is_queued_there_is_waited_for_and_its_progress_seen(studio, queued, gateway):
    gateway.looks = [gateway.working(), gateway.working(), gateway.working()]
    job = ask_one(studio, queued)
    once()
    succeeded(job)
    assert job.remote_id.startswith("request_id:flux-dev_")
    paths = [asked.path for asked in gateway.journal]
    assert len(paths) == 5
    assert set(paths[1:]) == {"/v2/requests/status/" + job.remote_id.partition(":")[2]}


@pytest.mark.parametrize(
    "output", ["{}", {"media_url": "{}"}, {"media_url": ["{}", "http://127.0.0.1:1/second"]}]
)
def test_a_result_is_found_in_each_form_it_comes_in(studio, queued, gateway, output):
    def fill(value):
        if isinstance(value, dict):
            return {name: fill(each) for name, each in value.items()}
        return [fill(each) for each in value] if isinstance(value, list) else value.format(url)

    url = gateway.picture_url
    gateway.done = {"status": "Succeeded", "output": fill(output)}
    job = ask_one(studio, queued)
    once()
    succeeded(job)


@pytest.mark.parametrize("name", ["request_id", "requestId"])
def test_schnell_may_answer_with_a_number_in_place_of_a_picture(studio, service, gateway, name):
    model = make_model(service, adapter=ADAPTERS["pixazo-flux-schnell"])
    gateway.behaviour = Reply.of({name: "r-1", "status": "queued"}, 202)
    job = ask_one(studio, model)
    once()
    succeeded(job)
    asked = gateway.journal[-1]
    if name == "requestId":
        assert (asked.path, asked.json) == ("/flux-1-schnell/v1/checkStatus", {"requestId": "r-1"})
    else:
        assert asked.path == "/v2/requests/status/r-1"


def test_a_worker_that_was_lost_meanwhile_means_no_second_order(studio, queued, gateway):
    job = ask_one(studio, queued)
    Job.objects.filter(pk=job.pk).update(remote_id="request_id:flux-dev_1")
    once()
    succeeded(job)
    assert gateway.orders == []


def test_a_cancelled_picture_is_waited_for_no_longer(studio, queued, gateway, monkeypatch):
    monkeypatch.setattr("generation.progress.LOOK_SECONDS", 0)
    job = ask_one(studio, queued)
    look, looks = gateway_queue._look, []

    def cancelled_at_the_second(*args):
        looks.append(args)
        if len(looks) == 2:
            Job.objects.get(pk=job.pk).cancel()
        return look(*args)

    monkeypatch.setattr(gateway_queue, "_look", cancelled_at_the_second)
    gateway.looks = [gateway.working() for _ in range(9)]
    once()
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED
    assert len(looks) == 2
    assert not Image.objects.exists()


def test_a_long_queue_there_does_not_keep_a_worker_here(studio, queued, gateway, monkeypatch):
    monkeypatch.setattr(gateway_queue, "TURN_SECONDS", 0)
    gateway.looks = [gateway.working()]
    job = ask_one(studio, queued)
    once()
    assert waiting(job) > 5
    rested()
    once()
    succeeded(job)
    assert len(gateway.orders) == 1


def test_a_picture_that_is_not_there_yet_is_fetched_a_moment_later(studio, sdxl, media):
    media.refuse_first = 2
    job = ask_one(studio, sdxl)
    once()
    succeeded(job)


# --- Of the queue there ---


def test_a_foreign_polling_address_never_gets_the_key(studio, queued, gateway, media):
    gateway.behaviour = gateway.queued(polling_url=f"{media.url}/v2/requests/status/x")
    job = ask_one(studio, queued)
    once()
    succeeded(job)
    assert [asked.path for asked in media.journal] == ["/pub/output.png"]


@pytest.mark.parametrize("word", ["FAILED", "ERROR"])
def test_what_fails_there_fails_here(studio, queued, gateway, word):
    gateway.done = {"status": word, "error": "CUDA ran out of luck"}
    job = ask_one(studio, queued)
    once()
    failed(job, "service_refused")
    assert "CUDA" in job.details
    assert "CUDA" not in job.error


@pytest.mark.parametrize("word", ["FAILED", "ERROR"])
def test_what_its_safety_check_stops_is_held_back(studio, queued, gateway, word):
    gateway.done = {"status": word, "error": "blocked by moderation"}
    job = ask_one(studio, queued)
    once()
    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.BLOCKED, "blocked")
    ended(job)


def test_looks_that_fail_change_nothing(studio, queued, gateway):
    gateway.looks = [Reply(500, b""), Reply(429, b""), Reply(503, b""), reset]
    job = ask_one(studio, queued)
    once()
    succeeded(job)
    assert len(gateway.orders) == 1


def test_a_picture_that_the_queue_has_forgotten_is_lost(studio, queued, gateway):
    gateway.looks = [Reply(404, b"")]
    job = ask_one(studio, queued)
    once()
    failed(job, "order_lost")


def test_a_retry_fetches_what_is_made_and_paid(studio, queued, gateway, media, as_alice):
    media.reply = Reply(404, b"not here")
    job = ask_one(studio, queued)
    once()
    failed(job, "result_lost")
    media.reply = None
    asked_again(as_alice, job)
    once()
    succeeded(job)
    assert len(gateway.orders) == 1


def test_a_retry_asks_again_for_what_is_still_queued_there(
    studio, queued, gateway, as_alice, monkeypatch
):
    monkeypatch.setattr(gateway_queue, "TURN_SECONDS", 0)
    monkeypatch.setattr(gateway_queue, "MOST_TURNS", 1)
    gateway.looks = [gateway.working()]
    job = ask_one(studio, queued)
    once()
    failed(job, "service_queue")
    asked_again(as_alice, job)
    once()
    succeeded(job)
    assert len(gateway.orders) == 1


@pytest.mark.parametrize("look", [Reply(404, b""), Reply.of({"status": "FAILED", "error": "no"})])
def test_a_retry_orders_anew_what_will_never_come(studio, queued, gateway, as_alice, look):
    gateway.looks = [look]
    job = ask_one(studio, queued)
    once()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    asked_again(as_alice, job)
    once()
    succeeded(job)
    assert len(gateway.orders) == 2


def asked_again(client, job):
    assert client.post(f"/w/studio/jobs/{job.pk}/retry/").status_code < 400


def test_a_model_that_lost_its_service_says_so(studio, sdxl, gateway):
    job = ask_one(studio, sdxl)
    ImageModel.objects.update(service=None)
    once()
    failed(job, "no_service")
    assert ImageModel.objects.get().trouble
    assert gateway.journal == []


def test_done_without_a_picture_is_a_failure(studio, queued, gateway):
    gateway.done = {"status": "COMPLETED", "output": {"media_url": []}}
    job = ask_one(studio, queued)
    once()
    failed(job, "bad_answer")


# --- So many a minute ---


def test_no_more_calls_a_minute_than_the_key_is_good_for(studio, paid, service, gateway):
    Service.objects.update(calls_a_minute=2)
    jobs = [ask_one(studio, paid) for _ in range(3)]
    for _ in range(3):
        once()
    assert len(gateway.orders) == 2
    (left,) = [job for job in jobs if Job.objects.get(pk=job.pk).state == Job.State.QUEUED]
    assert 30 < waiting(left) <= 60 * 1.25
    service.refresh_from_db()
    assert service.closed_until is None


# --- The content-safety call ---


@pytest.mark.parametrize("flagged", [True, False])
def test_content_safety_says_what_it_found(db, gateway, flagged):
    url = f"https://pixazo.example/handed/{'naked' if flagged else 'dressed'}"
    found = content_safety(url, account(gateway), CHECK)
    assert found.flagged is flagged
    assert gateway.journal[-1].json == {"image_url": url}


@pytest.mark.parametrize(
    ("data", "flagged"),
    [
        ({"output": {"nsfw": True, "score": 0.98}}, True),
        ({"result": {"safe": True}}, False),
        ({"is_safe": False}, True),
        ({"safe": True, "output": {"nsfw": True}}, True),
        ({"flagged": False, "categories": {"sexual": True}}, True),
        ({"output": {"safe": True, "categories": {"violence": True}}}, True),
        ({"categories": {"violence": True}}, True),
        ({"flagged": False, "categories": {"sexual": False, "score": 0.2}}, False),
        ({"safe": True, "output": "fine", "result": None}, False),
    ],
)
def test_content_safety_is_understood_in_other_words(db, gateway, data, flagged):
    gateway.behaviour = Reply.of(data)
    assert content_safety("https://x.example/", account(gateway), CHECK).flagged is flagged


@pytest.mark.parametrize("data", [{"status": "ok"}, {"categories": {"sexual": False}}])
def test_an_unclear_answer_about_safety_is_no_yes(db, gateway, data):
    gateway.behaviour = Reply.of(data | {"you_sent": KEY, "more": "x" * 100_000})
    with pytest.raises(BadAnswer) as error:
        content_safety("https://x.example/", account(gateway), CHECK)
    assert KEY not in error.value.details
    assert len(error.value.details) <= 2048


def test_findings_are_short_plain_and_without_the_key(db, gateway):
    strange = {KEY: "\x00", "nudity": float("nan"), "deep": [[[[[[[[[[1]]]]]]]]]], "half": "\ud800"}
    gateway.behaviour = Reply.of({"flagged": True} | strange)
    findings = content_safety(
        "https://x.example/", Account(gateway.url, KEY, **KEYS), CHECK
    ).findings
    assert findings["flagged"] is True
    text = json.dumps(findings, allow_nan=False, ensure_ascii=False)
    text.encode()
    assert KEY not in text
    assert "\\u0000" not in text
    gateway.behaviour = Reply.of({"flagged": True, "more": "x" * 100_000})
    findings = content_safety(
        "https://x.example/", Account(gateway.url, KEY, **KEYS), CHECK
    ).findings
    assert len(json.dumps(findings)) <= 2200
