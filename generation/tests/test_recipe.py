"""What a recipe says, that equal requests have equal hashes, and that others have others."""

import hashlib
import io
import json
import subprocess
import sys
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow

from generation import pictures, providers
from generation.models import Image, Input, Lora, Upload
from generation.providers.base import ImageRequest, LoraUse, Picture
from generation.recipe import canonical, changed, hash_of, parameters_text, recipe_of
from generation.recipe.canonical import plain
from generation.tests.engine import ask, ask_one, draw_all
from generation.tests.page import FETCH, address, press
from generation.tests.programs import key_client
from workspaces.models import Workspace

SHA = "ab" * 32

# What PostgreSQL keeps in JSON: no NUL, no half of a pair.
TEXT = st.characters(exclude_categories=["Cs"], exclude_characters="\0")

json_values = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-(2**53), 2**53),
        # Beyond, JSON's numbers are whole ones to some and not to others.
        st.floats(-1e15, 1e15),
        st.text(TEXT, max_size=8),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(TEXT, max_size=5), inner),
    ),
    max_leaves=20,
)


def recipe_for(job, **fields):
    """The recipe of a job whose provider was asked with those fields."""
    batch = job.batch
    asked = {
        "address": job.model.address,
        "prompt": batch.prompt,
        "negative_prompt": batch.negative_prompt,
        "width": batch.width,
        "height": batch.height,
        "num_inference_steps": batch.num_inference_steps,
        "guidance_scale": batch.guidance_scale,
        "seed": job.seed,
    }
    made_by = fields.pop("made_by", {"scheduler": "Stripes", "device": "cpu"})
    picture = Picture(Pillow.new("RGB", (8, 8)), made_by)
    return recipe_of(job, ImageRequest(**asked | fields), picture)


@pytest.fixture
def job(studio, painter):
    return ask_one(studio, painter, seed=7, negative_prompt="people", guidance_scale=4.5)


def test_it_says_all_that_makes_the_picture(studio, painter, job, alice):
    painter.address = "/srv/models/secret-place/painter.safetensors"
    painter.api_key = "hf_secret"
    painter.weights_sha256 = SHA
    painter.family = "sdxl"
    painter.save()
    Lora.objects.create(slug="ink", name="Ink", family="sdxl", file="/srv/ink.safetensors")
    upload = Upload.objects.create(
        workspace=studio,
        original="uploads/x.png",
        small="s",
        width=8,
        height=8,
        bytes=1,
        sha256=SHA,
    )
    batch = job.batch
    batch.mode, batch.strength, batch.scheduler = "inpaint", 0.6, "euler"
    Input.objects.create(batch=batch, role="source", upload=upload)
    Input.objects.create(batch=batch, role="mask")
    job.model = painter
    recipe = recipe_for(
        job,
        prompt="a red house, ink style",
        loras=(LoraUse("ink", "/srv/ink.safetensors", 0.8, SHA),),
        api_key="hf_secret",
        source_url="https://here.example/handed/secret",
        made_by={
            "scheduler": {"name": "EulerDiscreteScheduler", "config": {"beta_start": 0.00085}},
            "noise_device": "cpu",
            "files": {"/srv/models/secret-place/unet.safetensors": SHA},
            "libraries": {"torch": "2.13.0"},
            "odd": (1, float("nan"), {"a\0b"}),
        },
    )
    assert recipe == {
        "version": 2,
        "model": {
            "slug": "painter",
            "name": "Painter",
            "provider": "fake",
            "address": "painter.safetensors",
            "family": "sdxl",
            "weights_sha256": SHA,
        },
        "mode": "inpaint",
        "prompt": "a red house",
        "prompt_sent": "a red house, ink style",
        "negative_prompt": "people",
        "width": 64,
        "height": 64,
        "num_inference_steps": 4,
        "guidance_scale": 4.5,
        "seed": 7,
        "scheduler": "euler",
        "strength": 0.6,
        "loras": [{"lora": "ink", "name": "Ink", "weight": 0.8, "sha256": SHA}],
        "sources": [{"role": "source", "sha256": SHA}],
        "made_by": {
            "scheduler": {"name": "EulerDiscreteScheduler", "config": {"beta_start": 0.00085}},
            "noise_device": "cpu",
            "files": {"unet.safetensors": SHA},
            "libraries": {"torch": "2.13.0"},
            "odd": [1, "nan", ["ab"]],
        },
    }
    text = canonical(recipe)
    for secret in ("secret", "/srv", "uploads/", str(studio.pk), "alice"):
        assert secret not in text


def test_a_revision_is_its_own_part(job, painter):
    job.model.address = "owner/name@a1b2c3"
    model = recipe_for(job)["model"]
    assert (model["address"], model["revision"]) == ("owner/name", "a1b2c3")


def test_equal_requests_have_equal_hashes_whoever_asks_and_whoever_waits(
    studio, painter, alice, bob
):
    painter.contract_data["images_per_call"] = 4
    painter.save()
    ask(studio, painter, seed=7, count=2)
    ask(studio, painter, seed=7, author=bob)
    draw_all()
    ask(studio, painter, seed=7)
    draw_all()
    images = Image.objects.filter(recipe__seed=7)
    assert images.count() == 3
    assert len({image.company for image in images}) > 1
    assert len({image.recipe_hash for image in images}) == 1
    assert Image.objects.exclude(recipe__seed=7).get().recipe_hash != images[0].recipe_hash


def test_what_is_stored_has_the_hash_that_was_noted(studio, painter):
    """Databases write numbers in their own way."""
    ask(studio, painter, guidance_scale=7.0)
    draw_all()
    image = Image.objects.get()
    assert hash_of(image.recipe) == image.recipe_hash


@pytest.mark.parametrize(
    "change",
    [
        {"prompt": "a red house."},
        {"negative_prompt": ""},
        {"seed": 8},
        {"loras": (LoraUse("ink", "", 0.8),)},
        {"made_by": {"scheduler": "Stripes", "device": "gpu"}},
    ],
)
def test_one_change_in_what_was_asked_changes_the_hash(job, change):
    assert hash_of(recipe_for(job, **change)) != hash_of(recipe_for(job))


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("prompt", "a blue house"),
        ("width", 72),
        ("height", 72),
        ("num_inference_steps", 5),
        ("guidance_scale", 4.6),
        ("mode", "image"),
        ("strength", 0.5),
        ("scheduler", "ddim"),
        ("margins", {"left": 64, "top": 0, "right": 0, "bottom": 0}),
        ("scale", 2),
    ],
)
def test_one_change_in_the_request_changes_the_hash(job, name, value):
    before = hash_of(recipe_for(job))
    setattr(job.batch, name, value)
    assert hash_of(recipe_for(job)) != before


@settings(max_examples=200, deadline=None)
@given(json_values)
def test_the_canonical_text_means_the_same_and_is_its_own(value):
    text = canonical({"value": value})
    again = json.loads(text)["value"]
    assert again == plain(value)
    assert canonical({"value": again}) == text


def test_numbers_are_written_as_by_the_standard():
    """RFC 8785, appendix B, and the ways in which Python writes them otherwise."""
    numbers = [7.0, -0.0, 1e-05, 4.50, 2e-3, 1e21, 333333333.33333329, 1e30, 1e-27, 1e20, -1e-07]
    assert canonical({"": numbers}) == (
        '{"":[7,0,0.00001,4.5,0.002,1e+21,333333333.3333333,1e+30,1e-27,'
        "100000000000000000000,-1e-7]}"
    )
    assert canonical({"€": 1, "\r": 2, "\ufb33": 3, "1": 4, "😀": 5, "\x80": 6, "ö": 7}) == (
        '{"\\r":2,"1":4,"\x80":6,"ö":7,"€":1,"😀":5,"\ufb33":3}'
    )


def test_another_process_has_the_same_hash():
    recipe = {
        "version": 2,
        "b": 1,
        "a": 0.1,
        "é": ["🏠", 1e-7],
    }
    code = (
        "import json,sys,os;os.environ['DJANGO_SETTINGS_MODULE']='pixazo.tests.settings';"
        "import django;django.setup();from generation.recipe import hash_of;"
        "print(hash_of(json.loads(sys.argv[1])))"
    )
    turned = json.dumps(dict(reversed(recipe.items())))
    made = subprocess.run(
        [sys.executable, "-c", code, turned], capture_output=True, text=True, check=True
    )
    assert made.stdout.strip() == hash_of(recipe)


def test_recipes_of_version_1_keep_their_hashes():
    old = {"version": 1, "guidance_scale": 4.0}
    assert canonical(old) == '{"guidance_scale":4.0,"version":1}'


def test_changes_are_named_by_their_place():
    before = {"version": 2, "seed": 1, "made_by": {"libraries": {"torch": "2.12.0"}, "a": 4.0}}
    after = {"version": 2, "seed": 1, "made_by": {"libraries": {"torch": "2.13.0"}, "a": 4}}
    assert changed(before, after) == ["libraries.torch: 2.12.0 -> 2.13.0"]
    assert changed(before, before | {"loras": [{"lora": "ink"}]}) == [
        "loras.0.lora: not noted -> ink"
    ]
    # What was asked for and what made it may have the same name, in any order.
    asked = {"version": 2, "scheduler": "ddim", "made_by": {"scheduler": "DDIM"}}
    for each in (asked, dict(reversed(asked.items()))):
        assert changed(each, asked) == []
        assert changed(each, asked | {"made_by": {"scheduler": "Other"}}) == [
            "made_by.scheduler: DDIM -> Other"
        ]
    # What version 1 could not say has not changed.
    assert changed({"version": 1, "seed": 1}, after | {"mode": "text"}) == []


def test_other_tools_read_more_of_it(job):
    Lora.objects.create(slug="ink", name="Ink", family="sdxl", file="/x.safetensors")
    job.model.weights_sha256 = SHA
    job.batch.strength, job.batch.scheduler = 0.35, "dpmpp-2m-karras"
    made_by = {"loras": [{"slug": "ink", "weight": 0.8, "sha256": SHA}]}
    recipe = recipe_for(job, loras=(LoraUse("ink", "", 0.8),), made_by=made_by)
    assert parameters_text(recipe) == (
        "a red house <lora:ink:0.8>\n"
        "Negative prompt: people\n"
        "Steps: 4, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 4.5, Seed: 7, Size: 64x64,"
        " Model hash: ababababab, Model: Painter, Denoising strength: 0.35,"
        ' Lora hashes: "ink: ababababab", Version: Pixazo'
    )


def test_the_recipe_is_a_file_that_anybody_can_check(studio, painter, as_alice, as_charlie):
    ask(studio, painter)
    draw_all()
    image = Image.objects.get()
    response = as_alice.get(address("image_recipe", studio, image))
    assert response["Content-Type"] == "application/json"
    assert response["ETag"] == f'"{image.recipe_hash}"'
    assert json.loads(response.content) == image.recipe
    assert hashlib.sha256(response.content).hexdigest() == image.recipe_hash
    again = as_alice.get(
        address("image_recipe", studio, image), headers={"If-None-Match": response["ETag"]}
    )
    assert again.status_code == 304
    assert as_charlie.get(address("image_recipe", studio, image)).status_code == 404
    image.trash()
    assert as_alice.get(address("image_recipe", studio, image)).status_code == 404


def test_it_stays_readable_when_its_model_is_gone(studio, painter, as_alice):
    painter.weights_sha256 = SHA
    painter.save()
    ask(studio, painter)
    draw_all()
    image = Image.objects.get()
    painter.is_active, painter.name, painter.weights_sha256 = False, "Another name", ""
    painter.save()
    page = as_alice.get(address("image", studio, image)).content.decode()
    assert "Painter" in page
    assert "Another name" not in page
    model = as_alice.get(address("image_recipe", studio, image)).json()["model"]
    assert (model["name"], model["weights_sha256"]) == ("Painter", SHA)


def test_our_own_file_gives_back_the_settings_that_made_it(studio, painter, as_alice):
    asked = {
        "prompt": "a red house, (snow:1.2) 🏠\nsecond line",
        "negative_prompt": "people: all, “none”",
        "width": 96,
        "height": 64,
        "num_inference_steps": 6,
        "guidance_scale": 4.3,
        "seed": 4294967295,
    }
    form = {**asked, "model": "painter", "count": 1}
    assert as_alice.post(address("generate", studio), form, **FETCH).status_code == 201
    draw_all()
    image = Image.objects.get()
    content = as_alice.get(address("image_download", studio, image)).content
    file = SimpleUploadedFile("x.png", content)
    response = as_alice.post(address("read", studio), {"file": file}, **FETCH)
    answer = response.json()
    assert answer["source"] == "pixazo"
    assert answer["unknown"] == {}
    assert answer["settings"] == {**asked, "mode": "text", "model": "painter"}
    again = {**answer["settings"], "count": 1}
    assert as_alice.post(address("generate", studio), again, **FETCH).status_code == 201
    draw_all()
    hashes = set(Image.objects.values_list("recipe_hash", flat=True))
    assert hashes == {image.recipe_hash}


@pytest.mark.parametrize(
    ("mode", "fields"),
    [
        ("image", {"strength": 0.45}),
        ("outpaint", {"left": 16, "top": 0, "right": 24, "bottom": 8}),
        ("upscale", {"scale": 2}),
    ],
)
def test_and_of_one_that_was_made_from_a_picture(studio, painter, as_alice, mode, fields):
    painter.contract_data |= {
        "modes": ["text", "image", "outpaint", "upscale"],
        "scale": {"default": 2, "enum": [2, 4]},
        "schedulers": ["euler", "ddim"],
    }
    painter.save()
    ask(studio, painter)
    draw_all()
    source = f"image:{Image.objects.get().pk}"
    form = {"prompt": "a red house", "model": "painter", "mode": mode, "seed": 5, **fields}
    form |= {"source": source, "scheduler": "ddim"}
    response = as_alice.post(address("generate", studio), form, **FETCH)
    assert response.status_code == 201, response.content
    draw_all()
    made = Image.objects.latest("id")
    content = as_alice.get(address("image_download", studio, made)).content
    file = SimpleUploadedFile("x.png", content)
    read = as_alice.post(address("read", studio), {"file": file}, **FETCH).json()["settings"]
    assert read["source"]["name"] == source
    assert {name: read[name] for name in (*fields, "mode", "scheduler", "seed")} == {
        **fields,
        "mode": mode,
        "scheduler": "ddim",
        "seed": 5,
    }
    again = read | {"source": read["source"]["name"]}
    assert as_alice.post(address("generate", studio), again, **FETCH).status_code == 201
    draw_all()
    assert Image.objects.latest("id").recipe_hash == made.recipe_hash
    press(as_alice, "image_verify", studio, made)
    draw_all()
    verdict = Image.objects.latest("id").verdict
    assert (verdict["verdict"], verdict["changed"]) == ("identical", [])


def test_our_own_file_of_version_1_is_read_too(studio, painter, as_alice):
    recipe = {
        "version": 1,
        "model": {"slug": "painter", "name": "P", "provider": "fake", "address": "steady"},
        "prompt": "a red house",
        "negative_prompt": "",
        "width": 64,
        "height": 64,
        "num_inference_steps": 20,
        "guidance_scale": 4.0,
        "seed": 7,
        "made_by": {"scheduler": "DDIMScheduler"},
    }
    content = pictures.png(Pillow.new("RGB", (64, 64)), recipe)
    file = SimpleUploadedFile("x.png", content)
    settings = as_alice.post(address("read", studio), {"file": file}, **FETCH).json()["settings"]
    assert settings == {
        "prompt": "a red house",
        "width": 64,
        "height": 64,
        "num_inference_steps": 20,
        "guidance_scale": 4.0,
        "seed": 7,
        "model": "painter",
    }


def test_sources_are_found_again_by_their_files_in_the_same_workspace_only(
    studio, painter, as_alice, alice, as_charlie, charlie
):
    upload = Upload.objects.create(
        workspace=studio,
        original="uploads/x.png",
        small="s",
        width=8,
        height=8,
        bytes=1,
        sha256=SHA,
    )
    recipe = {
        "version": 2,
        "model": {"slug": "painter", "name": "P", "provider": "fake"},
        "mode": "inpaint",
        "strength": 0.5,
        "prompt": "a red house",
        "negative_prompt": "",
        "width": 64,
        "height": 64,
        "num_inference_steps": 20,
        "guidance_scale": 4.0,
        "seed": 7,
        "sources": [{"role": "source", "sha256": SHA}, {"role": "mask", "sha256": "0" * 64}],
        "made_by": {},
    }
    content = pictures.png(Pillow.new("RGB", (64, 64)), recipe)

    def read(client, workspace):
        file = SimpleUploadedFile("x.png", content)
        return client.post(address("read", workspace), {"file": file}, **FETCH).json()["settings"]

    found = read(as_alice, studio)
    assert (found["mode"], found["strength"]) == ("inpaint", 0.5)
    assert found["source"]["name"] == f"upload:{upload.pk}"
    assert "mask" not in found
    file = SimpleUploadedFile("x.png", content)
    answer = key_client(alice).post("/api/read", {"file": file}).json()
    assert answer["settings"]["source"] == f"upload:{upload.pk}"
    other = Workspace.found(charlie, "Other")
    assert "source" not in read(as_charlie, other)


def test_the_file_holds_the_recipe_and_its_hash_is_the_rows(studio, painter):
    ask(studio, painter)
    draw_all()
    image = Image.objects.get()
    with default_storage.open(image.original) as file:
        texts = Pillow.open(io.BytesIO(file.read())).text
    assert hash_of(json.loads(texts["pixazo"])) == image.recipe_hash


def test_a_strange_answer_of_a_provider_is_kept_all_the_same(studio, painter, monkeypatch):
    provider = providers.provider("fake")
    generate = provider.generate

    def strange(requests, report):
        drawn = generate(requests, report)
        odd = {"service": "x\0y\ud800", "at": uuid4(), 3: {1.5}, "cost": float("inf")}
        return [Picture(each.image, odd) for each in drawn]

    monkeypatch.setattr(provider, "generate", strange)
    ask(studio, painter)
    draw_all()
    image = Image.objects.get()
    assert image.recipe["made_by"]["cost"] == "inf"
    assert hash_of(image.recipe) == image.recipe_hash
