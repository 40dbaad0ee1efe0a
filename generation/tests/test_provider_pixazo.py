"""Pictures by the Pixazo gateway: every operation, and every way in which it can go wrong."""

import socket
import struct
import time

import pytest
from django.core.cache import cache

from generation import providers
from generation.catalogue import REMOTE_MODELS
from generation.catalogue.adapters import ADAPTERS
from generation.models import Image, Job, Service
from generation.providers.base import ImageRequest
from generation.providers.errors import BadAnswer
from generation.providers.pixazo import waiting as gateway_queue
from generation.providers.pixazo.content_safety import content_safety
from generation.providers.remote import asking, results
from generation.providers.remote.adapter import parse
from generation.providers.remote.asking import Account
from generation.submit import retry
from generation.tests.engine import ask_one
from generation.tests.remote import (
    ended,
    failed,
    make_model,
    make_service,
    once,
    rested,
    succeeded,
    waiting,
)
from generation.tests.stand_ins.gateway import KEY, ORDERS, Gateway, Media
from generation.tests.stand_ins.hostile import Hostile
from generation.tests.stand_ins.server import Reply, nobodys_port, picture

TEXT = "pixazo-sdxl"
QUEUED = {
    "operations": {
        "text": {
            "path": "/flux-dev/v1/dev/imageToImage",
            "fields": {"prompt": "prompt", "seed": "seed"},
        }
    }
}


@pytest.fixture
def media(settings):
    with Media() as media:
        settings.PICTURE_HOSTS = [media.host]
        yield media


@pytest.fixture
def gateway(settings, media, monkeypatch):
    monkeypatch.setattr(gateway_queue, "PAUSE", 0)
    monkeypatch.setattr(results, "PAUSES", (0, 0))
    with Gateway(media) as gateway:
        settings.TRUSTED_HOSTS = [gateway.host]
        yield gateway
    cache.clear()


@pytest.fixture
def service(db, gateway):
    return make_service("pixazo", gateway.url, api_key=KEY)


@pytest.fixture
def sdxl(service):
    return make_model(service, adapter=ADAPTERS[TEXT])


@pytest.fixture
def paid(service):
    """A model whose pictures cost the site money."""
    return make_model(service, adapter=ADAPTERS[TEXT] | {"may_repeat": False})


@pytest.fixture
def queued(service):
    return make_model(service, adapter=QUEUED)


# --- What works ---


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
        **fields,
    )


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


@pytest.mark.parametrize("word", ["IN_QUEUE", "in_progress", "Dreaming"])
def test_a_state_that_nobody_knows_is_still_under_way(studio, queued, gateway, word):
    gateway.state_while_waiting = word
    gateway.looks = [gateway.working()]
    job = ask_one(studio, queued)
    once()
    succeeded(job)


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


# --- Refusals (the vendor's table of errors) ---


def refused(status, data, **headers):
    return Reply.of(data, status, **headers) if isinstance(data, dict) else Reply(status, data)


@pytest.mark.parametrize(
    ("status", "body", "code", "words"),
    [
        (400, {"error": "Invalid request parameters"}, "service_refused", "not accept"),
        (401, {"error": "Invalid or missing authentication"}, "service_key", "refused the key"),
        (402, {"error": "Insufficient Balance"}, "service_balance", "no money left"),
        (403, {"error": "Access denied for this operation"}, "service_key", "refused the key"),
        (
            403,
            {"error": "Insufficient Balance", "message": "The balance is insufficient to proceed"},
            "service_balance",
            "no money left",
        ),
        (404, {"error": "Endpoint not found"}, "model_trouble", "doesn't know this model"),
        (500, b"Error processing request", "service_failed", "failed to make"),
        (500, {"error": "An unexpected error occurred"}, "service_failed", "failed to make"),
        (302, b"", "bad_answer", "could not be used"),
        (200, {"imageUrl": ""}, "bad_answer", "could not be used"),
        (200, {}, "bad_answer", "could not be used"),
        (200, b"<html>Welcome</html>", "bad_answer", "could not be used"),
        (200, b"", "bad_answer", "could not be used"),
        (200, b'{"imageUrl": "http', "bad_answer", "could not be used"),
        (200, b"[" * 100_000, "bad_answer", "could not be used"),
        (200, b"[1]", "bad_answer", "could not be used"),
        (200, {"imageUrl": 7}, "bad_answer", "could not be used"),
        (200, {"imageUrl": "file:///etc/passwd"}, "bad_answer", "could not be used"),
        (200, {"request_id": "../../account"}, "bad_answer", "could not be used"),
        (200, {"request_id": "x" * 5000}, "bad_answer", "could not be used"),
    ],
)
def test_a_refusal_ends_the_picture_and_costs_nothing(
    studio, paid, gateway, status, body, code, words
):
    gateway.behaviour = refused(status, body)
    job = ask_one(studio, paid)
    once()
    failed(job, code)
    assert words in job.error
    assert len(gateway.orders) == 1
    assert KEY not in job.details


@pytest.mark.parametrize("code", ["service_key", "service_balance"])
def test_staff_see_that_the_sites_key_is_refused_until_it_works_again(
    studio, paid, service, gateway, code
):
    status = {"service_key": 401, "service_balance": 402}[code]
    gateway.behaviour = refused(status, {"error": "no"})
    ask_one(studio, paid)
    once()
    service.refresh_from_db()
    assert service.trouble
    gateway.behaviour = None
    job = ask_one(studio, paid)
    once()
    succeeded(job)
    service.refresh_from_db()
    assert service.trouble == ""


def test_without_a_key_nothing_is_sent(studio, paid, service, gateway):
    Service.objects.update(api_key="")
    job = ask_one(studio, paid)
    once()
    failed(job, "no_key")
    assert gateway.journal == []


def test_the_key_is_in_no_details_even_if_the_service_repeats_it(studio, paid, gateway):
    gateway.behaviour = refused(400, {"error": f"Bad request with {KEY}"})
    job = ask_one(studio, paid)
    once()
    failed(job, "service_refused")
    assert "Bad request with •••" in job.details
    assert KEY not in job.details


def test_the_key_is_in_no_details_of_an_answer_that_makes_no_sense(studio, paid, gateway):
    gateway.behaviour = Reply.of({"you_sent": KEY, "more": "x" * 100_000})
    job = ask_one(studio, paid)
    once()
    failed(job, "bad_answer")
    assert KEY not in job.details
    assert len(job.details) <= 2048


def test_a_long_refusal_is_cut(studio, paid, gateway):
    gateway.behaviour = refused(400, b"x" * 1_000_000)
    job = ask_one(studio, paid)
    once()
    assert len(failed(job, "service_refused").details) < 2200


# --- Later, or not at all ---


def test_too_many_requests_wait_as_long_as_the_service_says(studio, paid, gateway):
    gateway.behaviour = refused(429, {"error": "Rate limit exceeded"}, Retry_After="7")
    job = ask_one(studio, paid)
    once()
    assert 5 < waiting(job) <= 7 * 1.25
    assert not once()


@pytest.mark.parametrize("told", ["3600", "Fri, 01 Jan 2100 00:00:00 GMT"])
def test_nobody_makes_us_wait_for_longer_than_a_minute(studio, paid, gateway, told):
    gateway.behaviour = refused(429, b"") if not told else Reply(429, b"", {"Retry-After": told})
    job = ask_one(studio, paid)
    once()
    assert 50 < waiting(job) <= 60 * 1.25


@pytest.mark.parametrize("told", [None, "soon", "-5", "nan", ""])
def test_without_a_time_it_waits_ever_longer(studio, paid, gateway, told):
    gateway.behaviour = Reply(429, b"", {} if told is None else {"Retry-After": told})
    job = ask_one(studio, paid)
    rests = []
    for _ in range(4):
        once()
        rests.append(waiting(job))
        rested()
    assert rests == sorted(rests)
    assert rests[0] < 3
    assert rests[-1] > 12


def test_too_many_requests_are_no_reason_to_give_up(studio, paid, gateway):
    gateway.behaviour = refused(429, {"error": "Rate limit exceeded"})
    job = ask_one(studio, paid)
    for _ in range(6):
        once()
        waiting(job)
        rested()
    gateway.behaviour = None
    once()
    succeeded(job)


def reset(asked, connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


@pytest.mark.parametrize("how", [502, 503, 504, "reset", "refused", "unknown"])
def test_a_service_that_is_down_is_tried_three_times(studio, paid, service, gateway, settings, how):
    if how == "refused":
        port = nobodys_port()
        settings.TRUSTED_HOSTS = [f"127.0.0.1:{port}"]
        Service.objects.update(base_url=f"http://127.0.0.1:{port}")
    elif how == "unknown":
        Service.objects.update(base_url="http://nobody.invalid")
    else:
        gateway.behaviour = reset if how == "reset" else Reply(how, b"bad gateway")
    job = ask_one(studio, paid)
    for _ in range(2):
        once()
        waiting(job)
        rested()
    once()
    failed(job, "service_down")
    assert not once()


def test_after_a_failure_a_person_may_ask_again(studio, paid, gateway, alice):
    gateway.behaviour = Reply(503, b"")
    job = ask_one(studio, paid)
    for _ in range(3):
        once()
        rested()
    failed(job, "service_down")
    retry(job, alice)
    once()
    waiting(job)
    rested()
    gateway.behaviour = None
    once()
    succeeded(job)


def test_a_service_that_keeps_failing_is_left_alone_for_a_while(studio, paid, service, gateway):
    gateway.behaviour = Reply(500, b"")
    # Of one batch, so that no other limit holds them back.
    jobs = [ask_one(studio, paid) for _ in range(7)]
    for _ in range(5):
        assert once()
    service.refresh_from_db()
    assert service.closed_until is not None
    assert service.trouble
    assert not once()
    assert len(gateway.orders) == 5
    gateway.behaviour = None
    Service.objects.update(closed_until="2020-01-01T00:00Z")
    assert once()
    service.refresh_from_db()
    assert (service.closed_until, service.trouble) == (None, "")
    once()
    assert (
        sum(each.state == "succeeded" for each in Job.objects.filter(pk__in=[j.pk for j in jobs]))
        == 2
    )


def test_too_many_requests_close_it_as_well(studio, paid, service, gateway):
    gateway.behaviour = Reply(429, b"")
    for _ in range(5):
        ask_one(studio, paid)
        assert once()
    ask_one(studio, paid)
    assert not once()
    assert len(gateway.orders) == 5


def test_after_its_rest_one_more_fault_closes_it_again(studio, paid, service, gateway):
    gateway.behaviour = Reply(500, b"")
    Service.objects.update(closed_until="2020-01-01T00:00Z")
    ask_one(studio, paid)
    once()
    ask_one(studio, paid)
    assert not once()


def test_a_persons_mistake_closes_nothing(studio, paid, service, gateway):
    gateway.behaviour = refused(400, {"error": "Invalid request parameters"})
    for _ in range(6):
        ask_one(studio, paid)
        assert once()
    service.refresh_from_db()
    assert service.closed_until is None


# --- It may have been made, and charged ---


def hang(asked, connection):
    connection.settimeout(20)
    connection.recv(1)  # until whoever asked has had enough


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(asking.ask, "__kwdefaults__", asking.ask.__kwdefaults__ | {"seconds": 1.0})


def test_an_order_of_unknown_fate_is_not_repeated(studio, paid, gateway, impatient):
    gateway.behaviour = hang
    job = ask_one(studio, paid)
    once()
    failed(job, "outcome_unknown")
    assert "not known" in job.error
    assert len(gateway.orders) == 1


def drip(asked, connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    while True:
        connection.sendall(b"x")
        time.sleep(0.02)


def test_a_drip_is_cut_off_in_time(studio, paid, gateway, impatient):
    gateway.behaviour = drip
    job = ask_one(studio, paid)
    once()
    failed(job, "outcome_unknown")


def test_what_costs_nothing_is_ordered_again(studio, sdxl, gateway, impatient):
    gateway.behaviour = hang
    job = ask_one(studio, sdxl)
    once()
    waiting(job)
    rested()
    gateway.behaviour = None
    once()
    succeeded(job)


def test_a_worker_that_died_in_the_middle_of_an_order_means_no_second_one(
    studio, paid, gateway, monkeypatch
):
    job = ask_one(studio, paid)
    with monkeypatch.context() as patch:
        patch.setattr("pixazo.outgoing.call", die)
        with pytest.raises(SystemExit):
            once()
    Job.objects.update(lease_until="2020-01-01T00:00Z")
    assert Job.objects.get().lose(Job.objects.lost(), 3)
    once()
    failed(job, "outcome_unknown")
    assert gateway.orders == []


def die(*args, **kwargs):
    raise SystemExit


# --- Results that are none ---


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>no picture</html>", {"Content-Type": "image/png"}),
        Reply(200, b""),
        Reply(200, picture()[:-40]),
        Reply(200, picture(32, 64)),
        Reply(200, picture(format="GIF")),
        Reply(200, b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 64 64\n"),
        Reply(302, b"", {"Location": "http://169.254.169.254/latest/meta-data/"}),
        Reply(302, b"", {"Location": "file:///etc/passwd"}),
    ],
)
def test_what_is_no_picture_of_the_right_size_is_none(studio, paid, media, reply):
    media.reply = reply
    job = ask_one(studio, paid)
    once()
    job.refresh_from_db()
    failed(
        job, "result_lost" if reply.status == 302 and "169" in str(reply.headers) else "bad_answer"
    )


def test_what_staff_read_of_it_can_be_read(studio, paid, media):
    media.reply = Reply(200, b"\x00\x1b[31m\xff\xed\xa0\x80 not a picture")
    job = ask_one(studio, paid)
    once()
    details = failed(job, "bad_answer").details
    assert "not a picture" in details
    assert details.isprintable()


def test_a_picture_in_disguise_is_known_by_its_content(studio, paid, media):
    media.reply = Reply(200, picture(format="WEBP"), {"Content-Type": "text/html"})
    job = ask_one(studio, paid)
    once()
    succeeded(job)


def test_a_picture_that_is_gone_is_said_so(studio, paid, media):
    media.reply = Reply(404, b"")
    job = ask_one(studio, paid)
    once()
    failed(job, "result_lost")
    assert len(media.journal) == 3


def test_an_oversized_picture_is_not_read_to_its_end(studio, paid, media, monkeypatch):
    monkeypatch.setattr(results, "LIMIT_BYTES", 1000)
    media.reply = Reply(200, picture(800, 800) + bytes(5000))
    job = ask_one(studio, paid)
    once()
    failed(job, "bad_answer")


def test_a_picture_of_too_many_pixels_is_not_unpacked(studio, paid, media, monkeypatch):
    monkeypatch.setattr(results, "MOST_PIXELS", 100)
    job = ask_one(studio, paid)
    once()
    failed(job, "bad_answer")


def test_a_service_may_not_send_us_to_hosts_that_only_services_may_be_at(
    studio, paid, media, settings, gateway
):
    settings.TRUSTED_HOSTS = [gateway.host, media.host]
    settings.PICTURE_HOSTS = []
    job = ask_one(studio, paid)
    once()
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert media.journal == []


# --- A hostile upstream ---


SLOW = {"drip", "drip_headers", "hang"}


@pytest.fixture
def hostile(monkeypatch):
    """Answers like the hostile server at that path; little room, and little time where it is about
    time, so that the tests need neither."""
    with Hostile() as server:

        def behaves(name):
            seconds = 1.0 if name in SLOW else 60.0
            defaults = asking.ask.__kwdefaults__ | {"seconds": seconds}
            monkeypatch.setattr(asking.ask, "__kwdefaults__", defaults)
            monkeypatch.setattr(results, "SECONDS", seconds)
            return lambda asked, connection: getattr(server, name)(connection, "")

        monkeypatch.setattr(asking, "LIMIT_BYTES", 1024**2)
        monkeypatch.setattr(results, "LIMIT_BYTES", 1024**2)
        monkeypatch.setattr(results, "PAUSES", ())
        yield behaves


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("declared", "bad_answer"),
        ("endless", "bad_answer"),
        ("bomb", "bad_answer"),
        ("cut", "bad_answer"),
        ("unknown_packing", "bad_answer"),
        ("badly_packed", "bad_answer"),
        ("drip", "outcome_unknown"),
        ("drip_headers", "outcome_unknown"),
        ("hang", "outcome_unknown"),
    ],
)
def test_a_hostile_service_costs_nobody_anything(studio, paid, gateway, hostile, behaviour, code):
    gateway.behaviour = hostile(behaviour)
    job = ask_one(studio, paid)
    once()
    failed(job, code)
    assert len(gateway.orders) == 1


@pytest.mark.parametrize("behaviour", ["endless_headers", "gibberish", "silence", "reset"])
def test_what_does_not_speak_http_is_tried_again(studio, paid, gateway, hostile, behaviour):
    gateway.behaviour = hostile(behaviour)
    job = ask_one(studio, paid)
    once()
    waiting(job)


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [
        ("declared", "bad_answer"),
        ("endless", "bad_answer"),
        ("bomb", "bad_answer"),
        ("cut", "result_lost"),
        ("endless_headers", "result_lost"),
        ("gibberish", "result_lost"),
        ("reset", "result_lost"),
        ("drip", "result_lost"),
        ("hang", "result_lost"),
    ],
)
def test_a_hostile_media_host_neither(studio, paid, media, hostile, behaviour, code):
    media.reply = hostile(behaviour)
    job = ask_one(studio, paid)
    once()
    failed(job, code)


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
    failed(job, "result_lost")


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
    found = content_safety(url, Account(gateway.url, KEY))
    assert found.flagged is flagged
    assert gateway.journal[-1].json == {"image_url": url}


@pytest.mark.parametrize(
    ("data", "flagged"),
    [
        ({"output": {"nsfw": True, "score": 0.98}}, True),
        ({"result": {"safe": True}}, False),
        ({"is_safe": False}, True),
    ],
)
def test_content_safety_is_understood_in_other_words(db, gateway, data, flagged):
    gateway.behaviour = Reply.of(data)
    assert content_safety("https://x.example/", Account(gateway.url, KEY)).flagged is flagged


def test_an_unclear_answer_about_safety_is_no_yes(db, gateway):
    gateway.behaviour = Reply.of({"status": "ok"})
    with pytest.raises(BadAnswer):
        content_safety("https://x.example/", Account(gateway.url, KEY))
