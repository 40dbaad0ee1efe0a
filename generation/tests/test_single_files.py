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

from generation.providers.diffusers import Provider, clip_words, header, recognising, single_file

pytestmark = pytest.mark.once


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


def alone(folder, part, path, *, prefix=""):
    """A file with what draws, and nothing else: its tensors as diffusers names them."""
    from safetensors.torch import load_file, save_file

    tensors = load_file(folder / part / "diffusion_pytorch_model.safetensors")
    save_file({prefix + name: each for name, each in tensors.items()}, path)
    return path


@pytest.mark.parametrize("family", ["flux-dev", "flux-schnell", "sd3", "flux2-klein"])
def test_a_transformer_alone_draws_with_the_rest_of_its_base(tiny_of, tmp_path, family):
    folder = tiny_of(family)
    path = alone(folder, "transformer", tmp_path / "mine.safetensors")
    # Of the base no more than its configuration of that part is needed.
    base = shutil.copytree(folder, tmp_path / "base")
    (base / "transformer/diffusion_pytorch_model.safetensors").unlink()
    (from_folder,) = draw(ask(folder, family))
    (from_file,) = draw(ask(path, family, options={"base": str(base)}))
    assert from_file.image.tobytes() == from_folder.image.tobytes()
    names = set(from_file.made_by["weights_sha256"])
    assert "mine.safetensors" in names
    assert "base/vae/diffusion_pytorch_model.safetensors" in names
    assert not [name for name in names if name.startswith("base/transformer")]


def test_a_transformer_as_it_was_published_draws_with_its_base(tiny_of, tmp_path):
    from diffusers import SD3Transformer2DModel

    folder = tiny_of("sd3")
    net = SD3Transformer2DModel.from_pretrained(folder / "transformer")
    path = tiny_single.write_sd3(net, tmp_path / "sd3.5_tiny.safetensors")
    (from_folder,) = draw(ask(folder, "sd3"))
    (from_file,) = draw(ask(path, "sd3", options={"base": str(folder)}))
    assert from_file.image.tobytes() == from_folder.image.tobytes()


def test_a_file_without_its_autoencoder_takes_that_of_its_base(tiny_of, single, tmp_path):
    from safetensors.torch import load_file, save_file

    path = tmp_path / "no-vae.safetensors"
    tensors = load_file(single("sdxl"))
    save_file({k: v for k, v in tensors.items() if not k.startswith("first_stage_model")}, path)
    folder = tiny_of("sdxl")
    (from_folder,) = draw(ask(folder, "sdxl"))
    (from_file,) = draw(ask(path, "sdxl", options={"base": str(folder)}))
    assert from_file.image.tobytes() == from_folder.image.tobytes()
    assert trouble(ask(path, "sdxl")) == "model_needs_base"


def test_a_base_of_another_family_is_refused(tiny_of, tmp_path):
    path = alone(tiny_of("flux-dev"), "transformer", tmp_path / "mine.safetensors")
    with pytest.raises(ModelTrouble) as caught:
        draw(ask(path, options={"base": str(tiny_of("sd3"))}))
    assert caught.value.sentence == (
        "This file is FLUX.1 dev, but the model in the option “base” is Stable Diffusion 3 and 3.5."
    )


def test_a_base_without_the_configuration_is_refused(tiny_of, tmp_path):
    folder = tiny_of("flux-dev")
    path = alone(folder, "transformer", tmp_path / "mine.safetensors")
    base = shutil.copytree(folder, tmp_path / "base")
    (base / "transformer/config.json").unlink()
    assert trouble(ask(path, "flux-dev", options={"base": str(base)})) == "model_incomplete"


@pytest.mark.parametrize("said", ["flux-dev", "flux-schnell"])
def test_a_folder_is_held_to_whether_it_takes_a_guidance(tiny_of, said):
    other = {"flux-dev": "flux-schnell", "flux-schnell": "flux-dev"}[said]
    with pytest.raises(ModelTrouble) as caught:
        draw(ask(tiny_of(other), said))
    assert caught.value.code == "model_family"
    label = {"flux-dev": "FLUX.1 dev", "flux-schnell": "FLUX.1 schnell"}[other]
    assert caught.value.sentence.startswith(f"These files are {label}, not")


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
    return header.Header({name: header.Tensor("F16", shape) for name, shape in shapes.items()}, {})


UNET = recognising.PREFIX
FIRST = {single_file._FIRST: (320, 4, 3, 3)}
VAE = {"first_stage_model.decoder.conv_in.weight": (512, 4, 3, 3)}
SD_UNET = {UNET + recognising._SD_UNET: (320, 768)}
SDXL_UNET = {UNET + recognising._SDXL_UNET: (640, 2048)}
SD = SD_UNET | FIRST | VAE | {"cond_stage_model.transformer.text_model.x": (768,)}
SDXL = {recognising._SDXL_ENCODER: (1280,)} | FIRST | VAE
FLUX = {"double_blocks.0.img_attn.norm.key_norm.scale": (128,)}
FLUX_IN_DIFFUSERS = {"single_transformer_blocks.0.proj_mlp.bias": (12288,)}
SD35 = {UNET + "joint_blocks.0.context_block.adaLN_modulation.1.bias": (14592,)}
SD35_IN_DIFFUSERS = dict.fromkeys(recognising._SD3_DIFFUSERS, (14592, 2432))
KLEIN = {"single_stream_modulation.lin.weight": (9216, 3072)}


def check(shapes, said="", *, has_base=False):
    """What `single_file.check` says of a file whose header is as given."""
    contents = recognising.recognise(header_of(**shapes))
    single_file.check_family(contents, said)
    if not has_base:
        single_file._check_whole(contents)
    return contents


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
    contents = check(shapes, said)
    found = header_of(**shapes)
    with single_file._config(found, contents, said, None) as config:
        assert config.name == family


@pytest.mark.parametrize(
    ("shapes", "family"),
    [
        (FLUX, "flux-schnell"),
        (FLUX | {"guidance_in.in_layer.weight": (3072, 256)}, "flux-dev"),
        ({UNET + name: shape for name, shape in FLUX.items()}, "flux-schnell"),
        (FLUX_IN_DIFFUSERS, "flux-schnell"),
        (FLUX_IN_DIFFUSERS | {recognising._GUIDANCE[1]: (3072, 256)}, "flux-dev"),
        (SD35, "sd3"),
        (SD35_IN_DIFFUSERS, "sd3"),
        (KLEIN, "flux2-klein"),
        (KLEIN | {"guidance_in.in_layer.weight": (6144, 256)}, ""),  # FLUX.2 dev
        (FLUX | {"distilled_guidance_layer.in_proj.bias": (1,)}, ""),  # Chroma
        (SD_UNET, "sd15"),
        ({UNET + recognising._SD_UNET: (320, 1024)}, ""),  # Stable Diffusion 2
        (SDXL_UNET, "sdxl"),
        ({UNET + recognising._SDXL_UNET: (640, 1280)}, ""),  # SDXL's refiner
    ],
)
def test_what_holds_no_more_than_the_drawing_part_is_recognised(shapes, family):
    contents = recognising.recognise(header_of(**shapes))
    assert contents.families[:1] == ((family,) if family else ())
    assert contents.missing == ("its text encoders", "its autoencoder")
    assert bool(single_file.only_part(contents)) == bool(family)


@pytest.mark.parametrize(
    ("shapes", "said", "code", "sentence"),
    [
        (SD, "sdxl", "model_family", "This file is Stable Diffusion 1.5, not what"),
        (SDXL, "sd15", "model_family", "This file is Stable Diffusion XL, not what"),
        (FLUX, "flux-dev", "model_family", "This file is FLUX.1 schnell, not what"),
        (SD35, "flux-dev", "model_family", "This file is Stable Diffusion 3 and 3.5, not what"),
        (
            FLUX,
            "flux-schnell",
            "model_needs_base",
            "This file is FLUX.1 schnell without its text encoders and its autoencoder.",
        ),
        (SD35 | VAE, "", "model_needs_base", "Stable Diffusion 3 and 3.5 without its text encoder"),
        (SDXL_UNET | FIRST, "sdxl", "model_needs_base", "without its text encoders and its auto"),
        ({UNET + recognising._SD_UNET: (320, 1024)}, "sd15", "model_needs_base", "This file alone"),
        (
            FLUX | VAE | {"text_encoders.t5xxl.transformer.shared.weight": (1,)},
            "",
            "model_needs_base",
            "FLUX.1 schnell without its configuration.",
        ),
    ],
)
def test_what_it_is_not_or_lacks_is_said(shapes, said, code, sentence):
    with pytest.raises(ModelTrouble) as caught:
        check(shapes, said)
    assert caught.value.code == code
    assert sentence in caught.value.sentence


@pytest.mark.parametrize("name", ["scaled_fp8", "double_blocks.0.img_attn.qkv.scale_weight"])
def test_weights_in_eight_bits_with_scales_beside_them_are_refused(tmp_path, name):
    """Taken for plain ones they would draw noise."""
    path = tmp_path / "model.safetensors"
    names = (*FLUX, name)
    places = {each: tensor(8 * n, 8 * n + 8) for n, each in enumerate(names)}
    path.write_bytes(file_of(places, b"\x00" * 16))
    assert trouble(ask(path, "flux-schnell")) == "model_unsupported"


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
    with single_file._config(header_of(**shapes), check(shapes), family, None) as config:
        single_file.folder.configs.check(config)
        index = single_file.folder.read_index(config)
        assert index["_class_name"] in ("StableDiffusionPipeline", "StableDiffusionXLPipeline")
        scheduler = single_file.folder.configs.read(config / "scheduler/scheduler_config.json")
    assert (scheduler.get("timestep_spacing") == "trailing") == (family == "sdxl-turbo")
    assert not config.exists()


def test_a_model_made_for_inpainting_gets_its_nine_channels():
    shapes = SD | {single_file._FIRST: (320, 9, 3, 3)}
    with single_file._config(header_of(**shapes), check(shapes), "sd15", None) as config:
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
