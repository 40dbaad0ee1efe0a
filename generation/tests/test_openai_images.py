"""The pictures' half of OpenAI's dialect, as any HTTP client meets it."""

import base64
import importlib
import io
import json

import pytest
from django.apps import apps
from django.core import signing
from django.test import Client
from django.utils.timezone import now
from PIL import Image as Pillow

from accounts.models import ApiKey
from billing.models import Account, Plan
from generation.models import Batch, ForbiddenWord, Image, ImageModel, Job, ModelAlias
from generation.tests.engine import without_cap
from generation.tests.programs import key_client
from pixazo import later
from pixazo.scopes import READ
from workspaces.models import Membership, Workspace

pytestmark = [pytest.mark.once, pytest.mark.usefixtures("painter")]

PATH = "/v1/images/generations"


def ask(program, headers=None, **fields):
    fields = {"prompt": "a red house", "model": "painter", **fields}
    return program.post(PATH, json.dumps(fields), "application/json", headers=headers)


def picture_in(datum):
    return Pillow.open(io.BytesIO(base64.b64decode(datum["b64_json"])))


def refused(response, status, kind, code, param=None):
    assert response.status_code == status, response.content
    assert len(response["x-request-id"]) == 32
    error = response.json()["error"]
    assert set(response.json()) == {"error"}
    assert (error["type"], error["code"], error["param"]) == (kind, code, param), error
    return error["message"]


# --- What comes back ---


def test_without_a_word_about_it_the_answer_is_base64(program, drawn):  # LibreChat reads no other
    response = ask(program)
    assert response.status_code == 200, response.content
    answer = response.json()
    assert picture_in(answer["data"][0]).size == (64, 64)
    assert picture_in(answer["data"][0]).format == "PNG"
    assert (answer["size"], answer["output_format"]) == ("64x64", "png")
    assert isinstance(answer["created"], int)
    assert len(response["x-request-id"]) == 32
    assert response["Cache-Control"] == "no-store"


def test_the_picture_lies_in_the_workspace_too(program, drawn, studio, alice):
    ask(program)
    image = Image.objects.get()
    assert (image.workspace, image.job.author_id) == (studio, alice.pk)


def test_several_are_asked_for_by_n(program, drawn):
    answer = ask(program, n=3, seed=5).json()
    assert len(answer["data"]) == 3
    assert len({each["b64_json"] for each in answer["data"]}) == 3
    assert answer["seeds"] == [5, 6, 7]


def test_more_than_there_are_at_once_is_refused_under_their_name(program):
    said = refused(ask(program, n=10), 400, "invalid_request_error", "invalid_value", "n")
    assert "1 to 4" in said


@pytest.mark.parametrize(
    ("size", "drawn_at"),
    [
        ("auto", "64x64"),
        (None, "64x64"),
        ("", "64x64"),
        ("128x96", "128x96"),
        ("100x60", "96x64"),
        ("1024x1024", "64x64"),
        ("1792x1024", "88x48"),
        ("16x16", "32x32"),
    ],
)
def test_sizes_of_other_models_are_fitted_to_ours(program, drawn, size, drawn_at):
    answer = ask(program, size=size).json()
    assert answer["size"] == drawn_at
    width, height = picture_in(answer["data"][0]).size
    assert f"{width}x{height}" == drawn_at


@pytest.mark.parametrize("size", ["large", "0x0", "12", "1024x", "9999999x1", 1024, ["1x1"]])
def test_what_is_no_size_is_refused(program, size):
    refused(ask(program, size=size), 400, "invalid_request_error", "invalid_value", "size")


def test_what_other_models_know_is_ignored(program, drawn):  # LibreChat and Open WebUI send these
    response = ask(
        program,
        quality="high",
        style="vivid",
        background="transparent",
        moderation="low",
        user="u-1",
        safety_identifier="s",
        input_fidelity="high",
        output_compression=80,
        anything={"deep": [1]},
    )
    assert response.status_code == 200, response.content


def test_our_own_settings_may_lie_beside_theirs(program, drawn):
    ask(program, seed=7, negative_prompt="rain", width=96, height=32, steps=6, guidance=3)
    batch = Batch.objects.get()
    assert (batch.seed, batch.negative_prompt, batch.width, batch.height) == (7, "rain", 96, 32)
    assert (batch.num_inference_steps, batch.guidance_scale) == (6, 3.0)


def test_a_wrong_setting_is_refused_by_the_name_it_was_sent_with(program):
    said = refused(ask(program, steps=500), 400, "invalid_request_error", "invalid_value", "steps")
    assert "500" in said


@pytest.mark.parametrize(
    ("name", "kind"), [("webp", "WEBP"), ("jpeg", "JPEG"), ("jpg", "JPEG"), ("svg", "PNG")]
)
def test_the_format_is_the_one_that_is_said(program, drawn, name, kind):
    answer = ask(program, output_format=name, output_compression=50).json()
    image = picture_in(answer["data"][0])
    assert image.format == kind
    assert answer["output_format"] == kind.lower()
    # Whichever it is, it says that a model made it.
    assert b"trainedAlgorithmicMedia" in base64.b64decode(answer["data"][0]["b64_json"])


def test_what_was_corrected_is_said(program, drawn, painter):
    painter.contract_data |= {"num_inference_steps": {"fixed": 2}}
    painter.save()
    answer = ask(program, steps=30).json()
    assert "Steps set to 2" in answer["corrections"][0]


# --- Addresses ---


def test_an_address_is_fetched_with_the_same_key_as_open_webui_does(program, drawn):
    (datum,) = ask(program, response_format="url").json()["data"]
    assert set(datum) == {"url"}
    response = program.get(datum["url"].partition("&signature")[0])
    assert response.status_code == 200
    assert response["Content-Type"] == "image/png"
    assert Pillow.open(io.BytesIO(response.content)).size == (64, 64)


def test_or_by_its_signature_alone(program, drawn):
    (datum,) = ask(program, response_format="url", output_format="webp").json()["data"]
    response = Client().get(datum["url"])
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"


def test_a_signature_is_for_one_picture_and_for_an_hour(program, drawn, charlie, monkeypatch):
    first, second = (
        datum["url"] for datum in ask(program, n=2, response_format="url").json()["data"]
    )
    signature = first.partition("&signature=")[2]
    forged = second.partition("&signature=")[0] + f"&signature={signature}"
    refused(Client().get(forged), 401, "invalid_request_error", "invalid_api_key")
    refused(key_client(charlie).get(forged), 404, "invalid_request_error", "not_found")
    longer = first.replace("hours=1", "hours=9")
    refused(Client().get(longer), 401, "invalid_request_error", "invalid_api_key")
    with monkeypatch.context() as patch:
        patch.setattr("django.core.signing.time.time", lambda: now().timestamp() + 3601)
        refused(Client().get(first), 401, "invalid_request_error", "invalid_api_key")
    Image.objects.update(deleted="2026-01-01T00:00Z")
    refused(Client().get(first), 404, "invalid_request_error", "not_found")


def test_a_signature_of_something_else_opens_nothing(program, drawn):
    ask(program)
    pk = Image.objects.get().pk
    other = signing.TimestampSigner(salt="other").signature(str(pk))
    response = Client().get(f"/v1/images/files/{pk}?signature={other}")
    refused(response, 401, "invalid_request_error", "invalid_api_key")


# --- Which model, and whose ---


def test_a_foreign_name_means_the_first_that_can(program, drawn, foreign_name):
    response = ask(program, model="gpt-image-1.5")  # some versions of LibreChat know no other
    assert response.json()["model"] == "painter"


def test_staff_say_which_model_a_foreign_name_means(program, drawn, foreign_name, painter):
    other = ImageModel.objects.create(
        slug="other",
        name="Other",
        provider="fake",
        address="steady",
        position=900,
        contract_data=painter.contract_data,
    )
    ModelAlias.objects.create(pattern="gpt-image-2*", model=other)
    assert ask(program, model="gpt-image-2-mini").json()["model"] == "other"
    assert ask(program, model="GPT-Image-1").json()["model"] == "painter"
    other.is_active = False
    other.save()
    assert ask(program, model="gpt-image-2-mini").json()["model"] == "painter"


def test_our_own_model_comes_before_a_foreign_name(program, drawn, foreign_name, painter):
    painter.slug, painter.position = "gpt-image-1", 900
    painter.save()
    ImageModel.objects.create(slug="a", name="A", address="x", position=1)
    assert ask(program, model="gpt-image-1").json()["model"] == "gpt-image-1"


def test_without_a_model_the_first_that_works_is_taken(program, drawn):
    assert ask(program, model=None).json()["model"] == "painter"


@pytest.mark.parametrize("name", ["no-such", "\x00", "ünknown", "x" * 5000])
def test_an_unknown_model_is_said_as_openai_says_it(program, name):
    response = ask(program, model=name)
    said = refused(response, 404, "invalid_request_error", "model_not_found", "model")
    assert len(said) < 200


def test_the_names_that_programs_have_built_in_are_there_at_the_beginning(db):
    migration = importlib.import_module("generation.migrations.0030_model_aliases")
    ModelAlias.objects.all().delete()
    migration.name_them(apps, None)
    for name in ("gpt-image-1", "gpt-image-1-mini", "dall-e-3", "dall-e-2"):
        assert ModelAlias.objects.of(name)
    assert not ModelAlias.objects.of("gpt-4o")


def test_the_models_are_listed(program, painter):
    ImageModel.objects.create(slug="off", name="Off", address="x", is_active=False)
    answer = program.get("/v1/models").json()
    assert answer["object"] == "list"
    mine = [each for each in answer["data"] if each["kind"] == "image"]
    assert [(each["id"], each["object"]) for each in mine] == [("painter", "model")]
    assert isinstance(mine[0]["created"], int)
    assert mine[0]["owned_by"] == "pixazo"
    assert program.get("/v1/models/painter").json() == mine[0]
    refused(program.get("/v1/models/off"), 404, "invalid_request_error", "model_not_found", "model")


def test_the_workspace_is_the_one_worked_in_last_or_the_one_that_is_named(program, drawn, alice):
    newer = Workspace.found(alice, "Newer")
    ask(program, headers={"X-Workspace": "studio"})
    assert Batch.objects.latest("id").workspace.slug == "studio"
    ask(program, workspace=newer.slug)
    assert Batch.objects.latest("id").workspace == newer


def test_where_one_only_looks_no_picture_is_made(program, studio, charlie):
    headers = {"X-Workspace": "studio"}
    response = ask(key_client(charlie), headers)
    refused(response, 404, "invalid_request_error", "not_found", "workspace")
    Membership.objects.create(workspace=studio, user=charlie, role="viewer")
    response = ask(key_client(charlie), headers)
    refused(response, 403, "invalid_request_error", "read_only", "workspace")


# --- Refusals ---


def test_a_wrong_key_is_401_in_their_form():
    response = ask(Client(headers={"Authorization": "Bearer nonsense"}))
    refused(response, 401, "invalid_request_error", "invalid_api_key")


def test_a_key_without_the_scope_is_403(alice):
    _, key = ApiKey.issue(alice, "Reader", [READ])
    response = ask(Client(headers={"Authorization": f"Bearer {key}"}))
    refused(response, 403, "invalid_request_error", "missing_scope")


def test_who_has_no_units_left_is_not_asked_to_try_again(program, alice):
    Account.objects.of(alice)
    Plan.objects.update(daily_units=0)
    response = ask(program)
    refused(response, 429, "insufficient_quota", "insufficient_quota")
    assert response["x-should-retry"] == "false"


def test_a_keys_own_cap_is_the_same(alice, studio):
    _, key = ApiKey.issue(alice, "Small", daily_cap=0)
    response = ask(Client(headers={"Authorization": f"Bearer {key}"}))
    refused(response, 429, "insufficient_quota", "insufficient_quota")
    assert response["x-should-retry"] == "false"


def test_where_too_many_wait_the_client_waits_before_it_asks_again(program, alice):
    Account.objects.of(alice)
    Plan.objects.update(waiting_jobs=0)
    response = ask(program)
    refused(response, 429, "rate_limit_error", "rate_limit_exceeded")
    assert int(response["Retry-After"]) > 0
    assert "x-should-retry" not in response


def test_what_is_held_back_is_their_moderation(program):
    ForbiddenWord.objects.create(text="basilisk", reason="other")
    response = ask(program, prompt="a basilisk")
    refused(response, 400, "image_generation_user_error", "moderation_blocked", "prompt")


@pytest.mark.parametrize("prompt", [None, "", "  "])
def test_a_prompt_is_needed(program, prompt):
    response = ask(program, prompt=prompt)
    refused(response, 400, "invalid_request_error", "invalid_value", "prompt")


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/images/nothing", "/v1/"])
def test_an_unknown_address_below_v1_is_a_404_in_their_form(program, path):
    refused(program.get(path), 404, "invalid_request_error", "not_found")


def test_the_wrong_method_or_body_is_said_in_their_form(program):
    refused(program.get(PATH), 405, "invalid_request_error", "method_not_allowed")
    response = program.post(PATH, "{nonsense", "application/json")
    refused(response, 400, "invalid_request_error", "parse_error")
    response = program.post(PATH, "a=b", "application/x-www-form-urlencoded")
    refused(response, 415, "invalid_request_error", "unsupported_media_type")


def test_a_bug_is_said_in_their_form(program, monkeypatch):
    monkeypatch.setattr("generation.openai_dialect.generations.order", lambda *any: 1 / 0)
    program.raise_request_exception = False
    refused(ask(program), 500, "server_error", "server_error")


def test_variations_say_that_there_are_none(program):
    response = program.post("/v1/images/variations", {"n": "1"})
    said = refused(response, 501, "invalid_request_error", "not_implemented")
    assert "/v1/images/edits" in said
    assert response["x-should-retry"] == "false"


# --- What becomes of it meanwhile ---


def test_a_picture_that_fails_names_its_job_and_is_not_asked_for_again(program, drawn, painter):
    painter.address = "missing"
    painter.save()
    response = ask(program)
    job = Job.objects.get()
    said = refused(response, 500, "server_error", job.error_code)
    assert str(job.pk) in said
    assert response["x-should-retry"] == "false"


def test_one_that_is_cancelled_elsewhere_says_so(program, monkeypatch):
    monkeypatch.setattr(later, "sleep", lambda seconds: Job.objects.get().cancel())
    response = ask(program)
    refused(response, 409, "invalid_request_error", "cancelled")
    assert response["x-should-retry"] == "false"


def test_of_several_those_that_were_made_are_sent(program, monkeypatch, drawn):
    from generation.tests.engine import draw_all

    def cancel_one(seconds):
        Job.objects.get(index=1).cancel()
        draw_all()

    monkeypatch.setattr(later, "sleep", cancel_one)
    assert len(ask(program, n=3).json()["data"]) == 2


def test_waiting_ends_with_a_sentence_that_names_the_job(program, settings, alice):
    settings.OPENAI_SECONDS = 0
    response = ask(program)
    said = refused(response, 504, "server_error", "still_being_made")
    assert str(Job.objects.get().pk) in said
    assert Job.objects.get().state == "queued"  # it goes on


# --- Asked again ---


def test_a_retry_without_a_key_is_drawn_and_charged_once(program, drawn, alice):
    first = ask(program, headers={"x-stainless-retry-count": "0"})
    again = ask(program, headers={"x-stainless-retry-count": "1"})
    assert again.json() == first.json()
    assert Job.objects.count() == 1
    assert Account.objects.get(user=alice).spent == 1


def test_a_retry_finds_the_first_whatever_became_of_it(program, settings, drawn):
    settings.OPENAI_SECONDS = 0
    assert ask(program, headers={"x-stainless-retry-count": "0"}).status_code == 504
    settings.OPENAI_SECONDS = 60
    assert ask(program, headers={"x-stainless-retry-count": "1"}).status_code == 200
    assert Job.objects.count() == 1


def test_the_same_asked_anew_is_another_picture(program, drawn):
    for _ in range(2):
        assert ask(program, headers={"x-stainless-retry-count": "0"}).status_code == 200
    for _ in range(2):
        assert ask(program).status_code == 200
    assert Job.objects.count() == 4


def test_a_retry_of_something_else_finds_nothing(program, drawn, bob, studio):
    ask(program, headers={"x-stainless-retry-count": "0"})
    retry = {"x-stainless-retry-count": "1"}
    ask(program, headers=retry, prompt="a blue house")
    ask(key_client(bob), headers=retry)
    ask(program, headers={**retry, "X-Workspace": "studio"})
    assert Job.objects.count() == 4


def test_a_retry_whose_first_never_came_is_drawn_once_too(program, drawn):
    for count in "12":
        assert ask(program, headers={"x-stainless-retry-count": count}).status_code == 200
    assert Job.objects.count() == 1


def test_a_refused_first_does_not_spoil_the_retry(program, drawn, painter):
    painter.is_active = False
    painter.save()
    assert ask(program, headers={"x-stainless-retry-count": "0"}).status_code == 400
    painter.is_active = True
    painter.save()
    assert ask(program, headers={"x-stainless-retry-count": "1"}).status_code == 200


def test_an_idempotency_key_is_honoured(program, drawn):
    for _ in range(2):
        assert ask(program, headers={"Idempotency-Key": "once"}).status_code == 200
    assert Job.objects.count() == 1
    response = ask(program, headers={"Idempotency-Key": "once"}, prompt="other")
    refused(response, 422, "invalid_request_error", "idempotency_key_reused")


# --- Event by event ---


def events_in(response):
    for block in response.content.decode().strip().split("\n\n"):
        name, data = block.split("\n")
        yield name.removeprefix("event: "), json.loads(data.removeprefix("data: "))


def test_a_stream_ends_with_the_picture(program, drawn):
    response = ask(program, stream=True, output_format="webp")
    assert response["Content-Type"] == "text/event-stream"
    ((name, data),) = events_in(response)
    assert name == data["type"] == "image_generation.completed"
    assert picture_in(data).format == "WEBP"
    assert (data["size"], data["output_format"]) == ("64x64", "webp")
    assert isinstance(data["created_at"], int)


def test_previews_are_their_partial_images(program, alice, studio, monkeypatch, painter):
    from generation.models import Preview
    from generation.pictures import preview
    from generation.tests.engine import draw_all
    from generation.tests.pictures_for_tests import picture

    without_cap(alice)
    steps = iter([1, 2, 2, 3, 4])

    def one_step(seconds):
        step = next(steps, None)
        if step is None:
            Job.objects.update(state="queued", step=0)
            draw_all()
            return
        job = Job.objects.get()
        Job.objects.update(state="running", step=step, steps=4)
        frame = preview(picture(256, 128))
        Preview.objects.update_or_create(job=job, defaults={"number": step, "webp": frame})

    monkeypatch.setattr(later, "sleep", one_step)
    *partial, (last, _data) = events_in(ask(program, stream=True, partial_images=2))
    assert [(name, data["partial_image_index"]) for name, data in partial] == [
        ("image_generation.partial_image", 0),
        ("image_generation.partial_image", 1),
    ]
    assert picture_in(partial[0][1]).format == "PNG"
    assert picture_in(partial[0][1]).size == (256, 128)
    assert last == "image_generation.completed"


def test_a_stream_that_fails_ends_with_the_sentence(program, drawn, painter):
    painter.address = "missing"
    painter.save()
    ((name, data),) = events_in(ask(program, stream=True))
    assert name == "error"
    assert str(Job.objects.get().pk) in data["error"]["message"]


def test_what_is_refused_at_once_is_no_stream(program):
    response = ask(program, stream=True, steps=500)
    refused(response, 400, "invalid_request_error", "invalid_value", "steps")
