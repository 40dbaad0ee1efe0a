"""Dropped files: what they say of their making comes back as settings for the form."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL.ExifTags import Base

from billing.models import Plan
from generation.metadata import LARGEST
from generation.models import ImageModel, Lora
from generation.tests import metadata_files as files
from generation.tests.page import FETCH
from pixazo import upload_limit

pytestmark = pytest.mark.once


def send(client, studio, content, name="picture.png"):
    file = SimpleUploadedFile(name, content)
    return client.post(f"/w/{studio.slug}/read/", {"file": file}, **FETCH)


@pytest.fixture
def read(as_alice, studio):
    """What the form's door answers to a file."""

    def read(content):
        response = send(as_alice, studio, content)
        assert response.status_code == 200, response.content
        return response.json()

    return read


def refused(response):
    assert response.status_code == 422, response.content
    return json.loads(response.content)["error"]["message"]


def nothing_in(response):
    assert response.status_code == 200, response.content
    answer = json.loads(response.content)
    assert (answer["source"], answer["settings"]) == (None, None)
    return answer["said"]


def test_a1111_in_a_png(read):
    answer = read(files.png(parameters=files.A1111))
    assert answer["source"] == "a1111"
    assert answer["settings"] == {
        "prompt": "a red house, watercolour\nby the sea",
        "negative_prompt": "people, <cars>\nblurry",
        "width": 512,
        "height": 768,
        "num_inference_steps": 25,
        "guidance_scale": 6.5,
        "seed": 1234567890,
        "scheduler": "dpmpp-2m-karras",
        "model": None,
    }
    assert answer["model"] == "sd_xl_base_1.0"
    assert answer["unknown"] == {"Clip skip": "2", "LoRA ink": "0.8"}


@pytest.mark.parametrize("order", ["be", "le"])
@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
def test_a1111_in_jpeg_and_webp(read, format, order):
    text = files.A1111.replace("a red house", "ein rotes Häuschen 🏠")
    answer = read(files.user_comment(format, text, order))
    assert answer["source"] == "a1111"
    assert answer["settings"]["prompt"].startswith("ein rotes Häuschen 🏠,")
    assert answer["settings"]["seed"] == 1234567890


def test_a1111_from_civitai_names_its_files_in_json(read):
    answer = read(files.png(parameters=files.CIVITAI))
    assert answer["model"] == "Pony, Diffusion"
    assert answer["settings"]["scheduler"] == "euler-a"
    assert answer["unknown"] == {"Created Date": "2024-05-01T10:00:00.000Z", "LoRA Ink": "0.6"}


def test_a1111_second_passes_are_told_and_not_taken_for_a_source_picture(read):
    answer = read(files.png(parameters=files.HIRES))
    assert "strength" not in answer["settings"]
    assert answer["settings"]["scheduler"] == "euler"
    assert answer["unknown"]["Hires denoising strength"] == "0.4"
    assert answer["unknown"]["Hires upscale"] == "2"
    one_pass = files.HIRES.replace("Hires", "Other")
    answer = read(files.png(parameters=one_pass))
    assert (answer["settings"]["mode"], answer["settings"]["strength"]) == ("image", 0.4)
    assert "not in the file" in answer["unknown"]["Source"]


@pytest.mark.parametrize(
    ("sampler", "schedule", "ours"),
    [
        ("DPM++ 2M Karras", None, "dpmpp-2m-karras"),
        ("DPM++ 2M", "Automatic", "dpmpp-2m-karras"),
        ("DPM++ 2M", "Uniform", "dpmpp-2m"),
        ("Euler a", "Automatic", "euler-a"),
        ("Euler", "Karras", None),
        ("DPM++ SDE", "Karras", None),
    ],
)
def test_a_sampler_is_ours_only_where_it_is_the_same(read, sampler, schedule, ours):
    written = sampler + (f", Schedule type: {schedule}" if schedule else "")
    text = f"a fox\nSteps: 20, Sampler: {written}, Seed: 1, Size: 64x64"
    answer = read(files.png(parameters=text))
    assert answer["settings"].get("scheduler") == ours
    assert ("Sampler" in answer["unknown"]) == (ours is None)


def test_a_prompt_without_settings_or_with_a_line_like_settings_is_read_as_it_is(read):
    text = "a sign: open, shut: never, one: two\nSteps: 9, Seed: 4, Size: 64x32"
    answer = read(files.png(parameters=text))
    assert answer["settings"]["prompt"] == "a sign: open, shut: never, one: two"
    assert "negative_prompt" not in answer["settings"]


@pytest.mark.parametrize("chunk", [files.packed_chunk, files.international_chunk])
def test_every_kind_of_text_chunk_is_read(read, chunk):
    answer = read(files.png(chunk("parameters", "ein Häuschen\nSteps: 9, Seed: 4, Size: 64x32")))
    assert answer["settings"]["prompt"] == "ein Häuschen"


def test_comfyui_is_walked_from_what_was_saved(read):
    answer = read(files.png(prompt=files.COMFYUI, workflow={"nodes": []}))
    assert answer == {
        "source": "comfyui",
        "settings": {
            "prompt": "a red house",
            "negative_prompt": "people",
            "seed": 156680208700286,
            "num_inference_steps": 20,
            "guidance_scale": 8.0,
            "scheduler": "euler",
            "width": 512,
            "height": 640,
            "model": None,
        },
        "model": "v1-5-pruned-emaonly",
        "unknown": {"LoRA ink": "0.7"},
    }


def test_comfyui_with_a_node_for_each_part(read):
    answer = read(files.png(prompt=files.FLUX))
    assert answer["settings"] == {
        "prompt": "a red house",
        "seed": 219670278747233,
        "num_inference_steps": 28,
        "guidance_scale": 3.5,
        "width": 1024,
        "height": 768,
        "model": None,
    }
    assert answer["model"] == "flux1-dev"
    assert answer["unknown"] == {"sampler": "euler simple"}


def test_comfyui_from_a_picture(read):
    graph = {name: dict(node) for name, node in files.COMFYUI.items()}
    graph["5"] = {"class_type": "VAEEncode", "inputs": {"pixels": ["30", 0], "vae": ["4", 2]}}
    graph["30"] = {"class_type": "LoadImage", "inputs": {"image": "a.png"}}
    graph["3"] = {
        "class_type": "KSampler",
        "inputs": graph["3"]["inputs"] | {"denoise": 0.55, "negative": ["6", 0]},
    }
    settings = read(files.png(prompt=graph))["settings"]
    assert (settings["mode"], settings["strength"]) == ("image", 0.55)
    assert "width" not in settings


def test_comfyui_in_a_webp(read):
    tags = {Base.Model: f"prompt:{json.dumps(files.COMFYUI)}", Base.Make: 'workflow:{"nodes": []}'}
    answer = read(files.with_exif("WEBP", tags))
    assert (answer["source"], answer["settings"]["seed"]) == ("comfyui", 156680208700286)


def test_a_workflow_alone_is_said_not_to_be_enough(as_alice, studio):
    response = send(as_alice, studio, files.png(workflow={"nodes": [], "links": []}))
    assert "workflow for the editor" in nothing_in(response)


def test_fooocus_as_json(read):
    answer = read(files.png(parameters=files.FOOOCUS, fooocus_scheme="fooocus"))
    assert answer["source"] == "fooocus"
    assert answer["settings"] == {
        "prompt": "a red house",
        "negative_prompt": "people",
        "width": 1152,
        "height": 896,
        "num_inference_steps": 30,
        "guidance_scale": 4.0,
        "seed": 7103450192034,
        "scheduler": "dpmpp-2m-karras",
        "model": None,
    }
    assert answer["model"] == "juggernautXL_v8Rundiffusion"
    assert answer["unknown"]["styles"] == "['Fooocus V2']"
    assert "refiner_model" not in answer["unknown"]


def test_fooocus_as_text(read):
    answer = read(files.png(parameters=files.FOOOCUS_TEXT, fooocus_scheme="a1111"))
    assert answer["source"] == "fooocus"
    assert answer["settings"]["prompt"] == "a red house"
    assert answer["settings"]["negative_prompt"] == "people"
    assert answer["settings"]["scheduler"] == "dpmpp-2m-karras"
    assert answer["unknown"]["LoRA ink"] == "0.1"
    assert answer == read(files.png(parameters=files.FOOOCUS_TEXT))


def test_fooocus_in_a_jpeg(read):
    tags = {
        Base.UserComment: json.dumps(files.FOOOCUS),
        Base.Software: "Fooocus v2.5.5",
        Base.MakerNote: "fooocus",
    }
    answer = read(files.with_exif("JPEG", tags))
    assert (answer["source"], answer["settings"]["seed"]) == ("fooocus", 7103450192034)


def test_invokeai(read):
    answer = read(files.png(invokeai_metadata=files.INVOKEAI))
    assert answer["source"] == "invokeai"
    assert answer["settings"] == {
        "prompt": "a red house",
        "negative_prompt": "people",
        "width": 1024,
        "height": 832,
        "num_inference_steps": 30,
        "guidance_scale": 5.5,
        "seed": 2486325983,
        "scheduler": "dpmpp-2m-karras",
        "model": None,
    }
    assert answer["model"] == "Juggernaut-XL-v9"
    assert answer["unknown"] == {"cfg_rescale_multiplier": "0", "LoRA ink": "0.75"}


def test_invokeai_of_version_2(read):
    answer = read(files.png(**{"sd-metadata": files.INVOKEAI_2, "Dream": files.DREAM}))
    assert answer["settings"] == {
        "prompt": "a red house",
        "negative_prompt": "people",
        "width": 640,
        "height": 512,
        "num_inference_steps": 50,
        "guidance_scale": 7.5,
        "seed": 3032427003,
        "scheduler": "euler-a",
        "model": None,
    }
    assert answer["model"] == "stable-diffusion-1.5"
    older = read(files.png(Dream=files.DREAM))
    assert older["settings"] == {
        name: value for name, value in answer["settings"].items() if name != "scheduler"
    }
    assert older["unknown"] == {"scheduler": "k_lms"}


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_swarmui(read, format):
    if format == "PNG":
        content = files.png(parameters=files.SWARMUI)
    else:
        content = files.user_comment("JPEG", files.SWARMUI)
    answer = read(content)
    assert answer["source"] == "swarmui"
    assert answer["settings"] == {
        "prompt": "a red house",
        "negative_prompt": "people",
        "width": 1024,
        "height": 1024,
        "num_inference_steps": 20,
        "guidance_scale": 7.0,
        "seed": 1684567203,
        "scheduler": "dpmpp-2m-karras",
        "model": None,
    }
    assert answer["model"] == "sd_xl_base_1.0"
    assert answer["unknown"] == {"LoRA ink": "0.8"}


def model(**fields):
    fields = {"slug": "xl", "name": "SDXL", "provider": "fake", "address": "steady"} | fields
    return ImageModel.objects.create(**fields)


@pytest.mark.parametrize(
    "fields",
    [
        {"weights_sha256": "31e35c80fc" + "0" * 54},
        {"slug": "sd_xl_base_1"},
        {"name": "SD_XL_base_1.0"},
        {"address": "/models/sd_xl_base_1.0.safetensors"},
    ],
)
def test_a_model_is_known_by_hash_slug_name_or_file(read, fields):
    ours = model(**fields)
    text = files.A1111
    if "slug" in fields:
        text = text.replace("sd_xl_base_1.0", "sd_xl_base_1")
    answer = read(files.png(parameters=text))
    assert answer["settings"]["model"] == ours.slug


def test_a_model_or_lora_of_another_plan_is_named_but_not_chosen(read):
    pro = Plan.objects.create(slug="a-better-one", name="Better")
    named = model(name="sd_xl_base_1.0")
    ink = Lora.objects.create(slug="ink", name="Ink", family="sdxl", file="/loras/ink.safetensors")
    named.plans.add(pro)
    ink.plans.add(pro)
    answer = read(files.png(parameters=files.A1111))
    assert (answer["settings"]["model"], answer["model"]) == (None, "sd_xl_base_1.0")
    assert "loras" not in answer["settings"]
    named.plans.clear()
    ink.plans.clear()
    answer = read(files.png(parameters=files.A1111))
    assert answer["settings"]["model"] == "xl"
    assert answer["settings"]["loras"] == [{"lora": "ink", "weight": 0.8}]
    assert "LoRA ink" not in answer["unknown"]


def test_the_api_reads_files_too(program, studio):
    file = SimpleUploadedFile("x.bin", files.png(parameters=files.A1111))
    response = program.post("/api/read", {"file": file})
    assert response.status_code == 200, response.content
    assert response.json()["settings"]["seed"] == 1234567890
    response = program.post("/api/read", {"file": "no file"})
    assert "multipart" in refused(response)
    response = program.post("/api/read", {"file": SimpleUploadedFile("x.png", b"GIF89a")})
    assert refused(response) == "Only PNG, JPEG and WebP files can be read."


UNREADABLE = {
    "nothing": (b"", "Only PNG, JPEG and WebP"),
    "another kind": (b"%PDF-1.7", "Only PNG, JPEG and WebP"),
    "no texts": (files.png(), "doesn't say how it was made"),
    "another text": (files.png(parameters="hello"), "doesn't say"),
    "no sampler": (files.png(prompt={"1": {"class_type": "Note", "inputs": {}}}), "doesn't say"),
    "no json": (files.png(parameters="{" * 1000), "doesn't say"),
    "a deep list": (files.png(prompt="[" * 100_000), "nested too deeply"),
    "a deep object": (files.png(prompt='{"a":' * 60 + "1" + "}" * 60), "nested too deeply"),
    "a long list": (files.png(prompt=[0] * 300_000), "too much"),
    "half a PNG": (files.png()[:20], "doesn't say"),
    "half a JPEG": (b"\xff\xd8\xff" + b"\0" * 40, "doesn't say"),
    "half a WebP": (b"RIFF\0\0\0\0WEBP", "doesn't say"),
    "too large": (files.png() + b"\0" * LARGEST, "larger than 20 MB"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_can_not_be_read_is_said_in_words(as_alice, program, studio, name):
    content, sentence = UNREADABLE[name]
    file = SimpleUploadedFile("picture.png", content)
    assert sentence in refused(program.post("/api/read", {"file": file}))
    # For the form, which may use the picture for something else, only what is none is refused.
    is_picture = sentence != "Only PNG, JPEG and WebP"
    assert sentence in (nothing_in if is_picture else refused)(send(as_alice, studio, content))


def test_a_packed_text_that_would_burst_is_left_alone(as_alice, studio):
    bomb = files.packed_chunk("parameters", "x" * 50_000_000)
    assert "doesn't say" in nothing_in(send(as_alice, studio, files.png(bomb)))


def test_values_of_the_wrong_kind_are_told_and_not_used(read):
    swarm = {"sui_image_params": {"prompt": ["a"], "seed": {"a": 1}, "steps": 2.5, "width": "64"}}
    answer = read(files.png(parameters=swarm))
    assert answer["settings"] == {"width": 64, "model": None}
    assert set(answer["unknown"]) == {"prompt", "seed", "num_inference_steps"}


def test_a_graph_that_runs_in_circles_ends(read):
    graph = {name: dict(node) for name, node in files.COMFYUI.items()}
    graph["6"] = {"class_type": "ConditioningCombine", "inputs": {"conditioning_1": ["6", 0]}}
    graph["4"] = {"class_type": "LoraLoader", "inputs": {"lora_name": "a", "model": ["10", 0]}}
    graph["12"] = {"class_type": "Primitive", "inputs": {"value": ["12", 0]}}
    answer = read(files.png(prompt=graph))
    assert answer["settings"]["seed"] == 156680208700286
    assert "prompt" not in answer["settings"]


def test_a_file_beyond_the_limit_is_refused_for_that(as_alice, program, studio, monkeypatch):
    monkeypatch.setattr(upload_limit, "MOST_BYTES", 2**20)
    for answer in (
        send(as_alice, studio, bytes(2**21)),
        program.post("/api/read", {"file": SimpleUploadedFile("x.png", bytes(2**21))}),
    ):
        assert answer.status_code == 413
        assert answer.json()["error"]["code"] == "too_large"


def test_strangers_and_nobody_read_nothing_there(as_charlie, client, studio):
    content = files.png(parameters=files.A1111)
    assert send(as_charlie, studio, content).status_code == 404
    assert send(client, studio, content).status_code == 302
