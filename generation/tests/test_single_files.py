"""A model in one file is loaded without the hub, by our configuration or that of a folder."""

import hashlib
import shutil

import pytest

from generation.providers.base import ImageRequest
from generation.providers.errors import ModelTrouble
from generation.tests import tiny_single
from generation.tests.safetensors import file_of, tensor

pytest.importorskip("torch")
import torch

from generation.providers.diffusers import Provider, clip_words, single_file


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.DEVICE = "cpu"
    settings.MODELS_FOLDER = tmp_path / "cache"


def ask(address, family="", **fields):
    request = {
        "prompt": "a red house",
        "negative_prompt": "",
        "width": 64,
        "height": 64,
        "num_inference_steps": 2,
        "guidance_scale": 4.0,
        "seed": 7,
        "family": family,
    }
    return ImageRequest(address=str(address), **request | fields)


class Silent:
    def __call__(self, step, preview=None):
        pass


def draw(*requests):
    return Provider().generate(requests, Silent())


@pytest.fixture(scope="module")
def single(tiny_of, tmp_path_factory):
    """A function from a family to a single file with its tiny model's weights."""
    folder = tmp_path_factory.mktemp("single")

    def of(family):
        from diffusers import DiffusionPipeline

        path = folder / f"{family}.safetensors"
        if not path.exists():
            loaded = DiffusionPipeline.from_pretrained(tiny_of(family), local_files_only=True)
            tiny_single.write(loaded, path)
        return path

    return of


@pytest.mark.parametrize("family", ["sd15", "sdxl", "sdxl-turbo"])
def test_it_draws_what_its_folder_draws(tiny_of, single, family):
    folder, path = tiny_of(family), single(family)
    (from_folder,) = draw(ask(folder, family))
    (from_file,) = draw(ask(path, family, options={"base": str(folder)}))
    assert from_file.image.tobytes() == from_folder.image.tobytes()


def test_it_says_of_which_files_it_was_made(tiny_of, single):
    request = ask(single("sd15"), options={"base": str(tiny_of("sd15"))})
    (picture,) = draw(request)
    names = set(picture.made_by["weights_sha256"])
    assert "sd15.safetensors" in names
    assert "base/unet/diffusion_pytorch_model.safetensors" in names


def test_it_may_be_pinned(tiny_of, single):
    expected = hashlib.sha256(single("sd15").read_bytes()).hexdigest()
    options = {"base": str(tiny_of("sd15"))}
    draw(ask(single("sd15"), options=options, weights_sha256=expected))
    with pytest.raises(ModelTrouble) as caught:
        draw(ask(single("sd15"), options=options, weights_sha256="0" * 64))
    assert caught.value.code == "model_changed"


def trouble(request):
    with pytest.raises(ModelTrouble) as caught:
        draw(request)
    return caught.value.code


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    assert trouble(ask(tmp_path / "none.safetensors")) == "model_missing"


@pytest.mark.parametrize("name", ["model.ckpt", "model.safetensors"])
def test_a_checkpoint_is_refused_by_its_content(tmp_path, name):
    torch.save({"state_dict": {"weight": torch.zeros(2)}}, tmp_path / name)
    assert trouble(ask(tmp_path / name, "sd15")) == "model_pickled"


def test_a_damaged_file_is_said_so(single, tmp_path):
    path = shutil.copy(single("sd15"), tmp_path / "cut.safetensors")
    path.write_bytes(path.read_bytes()[:-1])
    assert trouble(ask(path, "sd15")) == "model_damaged"


def test_a_part_of_a_model_asks_for_the_rest(tmp_path):
    path = tmp_path / "transformer.safetensors"
    path.write_bytes(file_of({"double_blocks.0.weight": tensor(0, 8)}, b"\x00" * 8))
    assert trouble(ask(path, "flux-dev")) == "model_needs_base"


def test_a_file_that_lacks_tensors_is_refused(tiny_of, single, tmp_path):
    from safetensors.torch import load_file, save_file

    path = tmp_path / "model.safetensors"
    tensors = load_file(single("sd15"))
    save_file({k: v for k, v in tensors.items() if "conv_in" not in k and "input" not in k}, path)
    request = ask(path, "sd15", options={"base": str(tiny_of("sd15"))})
    assert trouble(request) == "model_damaged"


def header_of(**shapes):
    return single_file.Header(
        {name: single_file.header.Tensor("F16", shape) for name, shape in shapes.items()}, {}
    )


SD = {single_file._SD: (320, 768), single_file._FIRST: (320, 4, 3, 3)}
SDXL = {single_file._SDXL: (1280,), single_file._FIRST: (320, 4, 3, 3)}


@pytest.mark.parametrize(
    ("shapes", "said", "family"),
    [
        (SD, "", "sd15"),
        (SD, "sd15", "sd15"),
        (SDXL, "", "sdxl"),
        (SDXL, "sdxl-turbo", "sdxl-turbo"),
    ],
)
def test_the_family_is_seen_from_the_tensors(shapes, said, family):
    assert single_file._family(header_of(**shapes), said) == family


@pytest.mark.parametrize(
    ("shapes", "said", "code"),
    [
        (SD, "sdxl", "model_family"),
        (SDXL, "sd15", "model_family"),
        ({single_file._SD: (320, 1024)}, "sd15", "model_needs_base"),
    ],
)
def test_another_family_than_the_files_is_refused(shapes, said, code):
    with pytest.raises(ModelTrouble) as caught:
        single_file._family(header_of(**shapes), said)
    assert caught.value.code == code


# --- Our own configurations ---

# Numbers of parameters of the published models, by part.
PUBLISHED = {
    "sd15": {"unet": 859_520_964, "vae": 83_653_863, "text_encoder": 123_060_480},
    "sdxl": {
        "unet": 2_567_463_684,
        "vae": 83_653_863,
        "text_encoder": 123_060_480,
        "text_encoder_2": 694_659_840,
    },
}


@pytest.mark.parametrize(
    ("family", "part"), [(family, part) for family in PUBLISHED for part in PUBLISHED[family]]
)
def test_our_configurations_have_the_size_of_the_published_models(family, part):
    import diffusers
    import transformers

    index = single_file.folder.read_index(single_file.CONFIGS / family)
    library, name = index[part]
    config = single_file.CONFIGS / family / part
    with torch.device("meta"):
        if library == "diffusers":
            kind = getattr(diffusers, name)
            model = kind.from_config(kind.load_config(config, local_files_only=True))
        else:
            kind = getattr(transformers, name)
            model = kind(kind.config_class.from_pretrained(config, local_files_only=True))
    assert sum(each.numel() for each in model.parameters()) == PUBLISHED[family][part]


@pytest.mark.parametrize(("family", "shapes"), [("sd15", SD), ("sdxl", SDXL), ("sdxl-turbo", SDXL)])
def test_our_configurations_are_sound(family, shapes):
    with single_file._config(header_of(**shapes), family, "") as config:
        single_file.folder.configs.check(config)
        index = single_file.folder.read_index(config)
        assert index["_class_name"] in ("StableDiffusionPipeline", "StableDiffusionXLPipeline")
        scheduler = single_file.folder.configs.read(config / "scheduler/scheduler_config.json")
    assert (scheduler.get("timestep_spacing") == "trailing") == (family == "sdxl-turbo")
    assert not config.exists()


def test_a_model_made_for_inpainting_gets_its_nine_channels():
    found = header_of(**SD | {single_file._FIRST: (320, 9, 3, 3)})
    with single_file._config(found, "sd15", "") as config:
        assert single_file.folder.read_index(config)["_class_name"] == (
            "StableDiffusionInpaintPipeline"
        )
        unet = single_file.folder.configs.read(config / "unet/config.json")
    assert unet["in_channels"] == 9


def test_clips_words_have_their_published_numbers(tmp_path):
    from transformers import CLIPTokenizer

    clip_words.write(tmp_path)
    words = CLIPTokenizer(str(tmp_path / "vocab.json"), str(tmp_path / "merges.txt"))
    assert len(words) == 49408
    assert words("a photo of a cat").input_ids == [49406, 320, 1125, 539, 320, 2368, 49407]
