"""One check for every door: what is refused or corrected is said in the same words at each."""

import base64
import json
from functools import cache

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from billing.models import Account, Hold, Plan
from generation.models import Batch, Image, Input, Job, Lora, Upload
from generation.tests.doors import by_api, by_form, said
from generation.tests.engine import ask, draw_all, without_cap
from generation.tests.pictures_for_tests import as_bytes, bring, picture
from workspaces.models import Workspace

PICTURES = {
    "@photo": lambda: picture(67, 45),
    "@square": lambda: picture(64, 64),
    "@mask": lambda: picture(64, 64).convert("L"),
}


@pytest.fixture
def name(studio, charlie):
    """Pictures as requests name them, uploaded when one is first asked for."""
    theirs = Workspace.found(charlie, "Theirs")

    @cache
    def name(given):
        if given == "@foreign":
            return bring(theirs, picture()).name
        return bring(studio, PICTURES[given]()).name

    return name


def filled(fields, name):
    def fill(value):
        if isinstance(value, list):
            return [fill(each) for each in value]
        return name(value) if isinstance(value, str) and value.startswith("@") else value

    return {field: fill(value) for field, value in fields.items()}


ASKED = [
    {},
    {"width": 67},
    {"width": 2**31, "height": -8, "num_inference_steps": 0},
    {"guidance_scale": 100.5, "seed": -1, "count": 5},
    {"prompt": "  "},
    {"prompt": "x" * 10_000},
    {"prompt": "e" + "\u0301" * 500},
    {"prompt": "e" + "\u0301\u0323" * 100_000},
    {"negative_prompt": "x" * 5000},
    {"mode": "paint"},
    {"mode": "image"},
    {"mode": "inpaint", "source": "@square"},
    {"source": "@photo"},
    {"source": "@photo", "width": 128, "height": 128},
    {"source": "@square", "strength": 3},
    {"source": "@square", "strength": 0.2, "num_inference_steps": 4},
    {"source": "@square", "mask": "@mask", "strength": 0.7},
    {"source": "@square", "left": 13},
    {"source": "@square", "left": 1000, "mode": "outpaint"},
    {"source": "@square", "mode": "outpaint"},
    {"source": "@square", "variation": "wild"},
    {"variation": "wild"},
    {"variation": "strong"},
    {"source": "@square", "variation": "strong", "mode": "image"},
    {"source": "@square", "variation": "strong", "strength": 0.5},
    {"source": "@square", "scale": 3, "mode": "upscale"},
    {"source": "@square", "scale": 2},
    {"source": "@foreign"},
    {"source": "upload:00000000-0000-7000-8000-000000000000"},
    {"source": "nonsense"},
    {"references": ["@square", "@photo"]},
    {"references": ["@square", "@photo", "@mask"]},
    {"scheduler": "heun"},
    {"scheduler": "ddim", "strength": 0.5, "scale": 2},
    {"loras": ["nonesuch"]},
    {"loras": ["ink:3"]},
    {"loras": [{"lora": "ink", "weight": 0.5}]},
    {"time_class": "later"},
    {"time_class": "whenever", "count": 3},
    {"model": "dear"},
]


@pytest.mark.parametrize("fields", ASKED, ids=lambda fields: json.dumps(fields)[:60])
def test_the_form_and_the_api_say_the_same(as_alice, program, studio, editor, name, fields):
    Lora.objects.create(slug="ink", name="Ink", family="sdxl", file="/l/ink.safetensors")
    Plan.objects.seed()
    dear = type(editor).objects.create(slug="dear", name="Dear", address="x")
    dear.plans.add(Plan.objects.get(slug="pro"))
    fields = filled(fields, name)
    form, api = by_form(as_alice, studio, **fields), by_api(program, **fields)
    assert said(form) == said(api)
    assert form.status_code == (201 if api.status_code == 202 else api.status_code)
    assert Batch.objects.count() == (2 if api.status_code == 202 else 0)
    if api.status_code == 202:
        one, other = Batch.objects.order_by("id")
        for field in ("mode", "width", "height", "strength", "scale", "margins", "loras", "units"):
            assert getattr(one, field) == getattr(other, field), field
    else:
        assert not Hold.objects.exists()


NASTY = st.one_of(
    st.sampled_from(
        [0, -1, 1, 2**31, 10**9, 10**15, 1e308, -0.0, 0.5, 513, True, False, "12", "", " ", "NaN"]
    ),
    st.text(max_size=20),
    st.floats(),
    st.integers(),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=3), st.text(max_size=3), max_size=2),
    st.sampled_from(
        ["\ud800", "\x00", "\u202e", "a\u0301" * 50, "image:", "upload:x", "http://", "[["]
    ),
)
FIELDS = [
    *("prompt", "negative_prompt", "model", "mode", "width", "height", "num_inference_steps"),
    *("guidance_scale", "strength", "scheduler", "loras", "source", "mask", "references", "left"),
    *("top", "right", "bottom", "scale", "variation", "time_class", "seed", "count", "topic"),
]


@pytest.mark.both
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.dictionaries(st.sampled_from(FIELDS), NASTY, max_size=5))
def test_whatever_is_sent_no_door_breaks(as_alice, program, studio, editor, body):
    """400 with the field named, or an order; never 500, and what was stored comes back."""
    without_cap(studio.owner)
    api = by_api(program, **body)
    form = by_form(as_alice, studio, **body)
    for response in (api, form):
        assert response.status_code in (201, 202, 400, 404), response.content
        if response.status_code >= 400:
            error = response.json()["error"]
            assert error["message"].endswith((".", "…"))
    if api.status_code == 202:
        job = Job.objects.get(pk=api.json()["job_id"])
        answer = program.get(api.json()["status_url"]).json()
        assert answer["prompt"] == job.batch.prompt


# --- What only the API has ---


def test_a_dry_run_says_the_price_and_orders_nothing(program, studio, editor, name):
    body = {"count": 3, "source": name("@photo"), "time_class": "whenever", "dry_run": True}
    response = by_api(program, **body)
    assert response.status_code == 200
    answer = response.json()
    assert (answer["dry_run"], answer["units"], answer["prices"]) == (True, 1.5, [0.5, 0.5, 0.5])
    assert answer["units_left"] == 10
    assert (answer["settings"]["width"], answer["settings"]["strength"]) == (64, 0.6)
    assert "Size set to 64 by 48" in answer["corrections"][0]
    assert not Batch.objects.exists()
    assert not Hold.objects.exists()
    assert Account.objects.of(studio.owner).held == 0


def test_a_dry_run_refuses_what_an_order_would(program, studio, editor):
    response = by_api(program, width=67, dry_run=True)
    assert response.status_code == 400
    assert "width" in response.json()["error"]["fields"]


def test_a_form_with_files_is_understood(program, studio, editor):
    file = SimpleUploadedFile("../x.png", as_bytes(picture(64, 64)))
    fields = {"prompt": "a fox", "model": "painter", "image": file, "denoising_strength": "0.4"}
    response = program.post("/api/generate", fields | {"steps": "5", "seed": ""})
    assert response.status_code == 202, response.content
    batch = Batch.objects.get()
    assert (batch.mode, batch.strength, batch.num_inference_steps) == ("image", 0.4, 5)
    assert batch.inputs.get().upload == Upload.objects.get()


@pytest.mark.both
def test_the_same_form_under_the_same_key_is_one_order_and_other_pixels_are_another(
    program, studio, editor
):
    def post(side):
        file = SimpleUploadedFile("x.png", as_bytes(picture(side, side)))
        fields = {"prompt": "a fox", "model": "painter", "image": file}
        return program.post("/api/generate", fields, headers={"Idempotency-Key": "k"})

    assert post(64).json()["job_id"] == post(64).json()["job_id"]
    assert post(72).status_code == 422
    assert Batch.objects.count() == 1


@pytest.mark.parametrize("name", ["width", "steps", "strength"])
@pytest.mark.parametrize("value", ["many", "1e", "١٢", "1_0", "1" * 5000 + "x"], ids=str.__len__)
def test_a_form_must_spell_numbers(program, studio, editor, name, value):
    response = program.post("/api/generate", {"prompt": "a fox", name: value})
    assert response.status_code == 400
    assert response.json()["error"]["fields"] == {name: [f"`{name}` must be a number."]}


def test_a_data_url_is_taken_and_what_is_wrong_with_it_is_said_at_its_field(
    program, studio, editor
):
    url = "data:image/png;base64," + base64.b64encode(as_bytes(picture(64, 64))).decode()
    assert by_api(program, init_image=url).status_code == 202
    error = by_api(program, init_image="data:image/png;base64,AAAA").json()["error"]
    assert error["fields"] == {"init_image": ["Only PNG, JPEG and WebP pictures are taken."]}


def test_a_status_says_mode_settings_and_corrections(program, studio, editor, name):
    answer = by_api(program, source=name("@photo"), count=2, seed=7, scale=2, mode="image").json()
    assert (answer["mode"], answer["seeds"], answer["units"]) == ("image", [7, 8], 2)
    status = program.get(answer["status_urls"][1]).json()
    assert (status["mode"], status["settings"]["seed"]) == ("image", 8)
    assert status["corrections"] == answer["corrections"]
    assert status["position"]
    assert status["settings"]["strength"] == 0.6


def test_models_of_another_plan_are_not_listed(program, studio, editor):
    Plan.objects.seed()
    editor.plans.add(Plan.objects.get(slug="pro"))
    assert program.get("/api/models").json() == {"models": []}
    assert by_api(program, model=None).status_code == 503


def test_models_come_with_their_schema_on_request(program, studio, editor):
    (model,) = program.get("/api/models?schema=1").json()["models"]
    assert model["schema"]["properties"]["mode"]["enum"][0] == "text"
    assert model["family"] == "sdxl"
    assert "schema" not in program.get("/api/models").json()["models"][0]


def test_loras_are_listed_with_the_models_that_they_fit(program, studio, editor):
    Lora.objects.create(slug="ink", name="Ink", family="sdxl", file="/secret/ink", weight=0.5)
    Lora.objects.create(slug="other", name="Other", family="sd15", file="/secret/other")
    response = program.get("/api/models")
    (model,) = response.json()["models"]
    assert [(each["id"], each["weight"]) for each in model["loras"]["names"]] == [("ink", 0.5)]
    assert b"/secret" not in response.content


def test_an_own_picture_is_named_with_or_without_its_kind(program, studio, editor):
    ask(studio, editor)
    draw_all()
    image = Image.objects.get()
    for name in (f"image:{image.pk}", str(image.pk)):
        assert by_api(program, image=name).status_code == 202
    assert by_api(program, image=f"upload:{image.pk}").status_code == 404
    assert Input.objects.filter(image=image).count() == 2
