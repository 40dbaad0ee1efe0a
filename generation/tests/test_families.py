"""Every family is loaded and draws as its contract says: real pipelines, random weights."""

import copy
import functools
import json
import shutil
from dataclasses import replace

import pytest
from PIL import Image, ImageDraw

from generation import families
from generation.contract import Contract
from generation.families import FAMILIES
from generation.providers.base import ImageRequest, LoraUse
from generation.providers.errors import Cancelled, ModelTrouble

pytest.importorskip("torch")
from generation.providers.diffusers import Provider, loading

pytestmark = pytest.mark.once

DRAWN = [slug for slug in FAMILIES if slug != families.AUTO]
SIZE = 64


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    """One for all: a model is loaded once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DEVICE", "cpu")
        patch.setattr("django.conf.settings.KEEP_MODELS", 20)
        patch.setattr("django.conf.settings.MODELS_FOLDER", tmp_path_factory.mktemp("cache"))
        yield Provider()


@pytest.fixture(autouse=True)
def _here(settings, tmp_path):
    settings.DEVICE = "cpu"
    settings.KEEP_MODELS = 20
    settings.MODELS_FOLDER = tmp_path / "cache"


def contract(family):
    return Contract.parse({}, FAMILIES[family].contract)


def ask(folder, family, **fields):
    data = contract(family)
    request = {
        "prompt": "a red house",
        "negative_prompt": "",
        "width": SIZE,
        "height": SIZE,
        "num_inference_steps": 2,
        "guidance_scale": data["guidance_scale"].default,
        "seed": 7,
        "family": family,
    }
    return ImageRequest(address=str(folder), **request | fields)


class Listener:
    def __init__(self, stop_at=None):
        self.steps = []
        self.frames = []
        self.stop_at = stop_at

    def __call__(self, step, preview=None):
        self.steps.append(step)
        if preview:
            self.frames.append(preview(0))
        if step == self.stop_at:
            raise Cancelled


def draw(provider, *requests, listener=None):
    return [
        picture.image.tobytes() for picture in provider.generate(requests, listener or Listener())
    ]


@pytest.fixture(scope="module")
def plain(provider, tiny_of):
    """A function from a family to its plain picture, and the steps told: drawn once for all."""

    @functools.cache
    def of(family):
        listener = Listener()
        request = ask(tiny_of(family), family)
        (picture,) = provider.generate([request], listener)
        return picture, tuple(listener.steps)

    return of


def difference(one, other):
    return max(abs(a - b) for a, b in zip(one, other, strict=True))


def source():
    picture = Image.new("RGB", (SIZE, SIZE), "#204060")
    ImageDraw.Draw(picture).rectangle((16, 16, 48, 48), fill="#e0c020")
    return picture


def mask():
    """The right half is drawn anew."""
    picture = Image.new("L", (SIZE, SIZE), 0)
    picture.paste(255, (SIZE // 2, 0, SIZE, SIZE))
    return picture


def modes(mode):
    return [family for family in DRAWN if mode in FAMILIES[family].contract["modes"]]


@pytest.mark.parametrize("family", DRAWN)
def test_it_is_loaded_and_draws_and_says_of_which_files(plain, tiny_of, family):
    picture, steps = plain(family)
    folder = tiny_of(family)
    assert picture.image.size == (SIZE, SIZE)
    assert steps == tuple(range(ask(folder, family).num_inference_steps + 1))
    assert picture.made_by["pipeline"] == FAMILIES[family].pipelines["text"]
    assert picture.made_by["revision"] is None
    hashes = picture.made_by["weights_sha256"]
    assert set(hashes) == {
        path.relative_to(folder).as_posix() for path in folder.rglob("*.safetensors")
    }
    assert all(len(sha256) == 64 for sha256 in hashes.values())
    assert json.dumps(picture.made_by)


@pytest.mark.parametrize("family", DRAWN)
def test_two_in_one_call_are_the_two_of_two_calls(provider, plain, tiny_of, family):
    folder = tiny_of(family)
    two = ask(folder, family, seed=8, prompt="a blue boat")
    together = draw(provider, ask(folder, family), two)
    alone = [plain(family)[0].image.tobytes(), *draw(provider, two)]
    assert alone[0] != alone[1]
    # The sums are added up in another order.
    assert all(difference(*pair) <= 2 for pair in zip(together, alone, strict=True))


@pytest.mark.parametrize("family", DRAWN)
def test_a_cancel_leaves_the_model_as_good_as_before_for_the_same_seed(
    provider, plain, tiny_of, family
):
    request = ask(tiny_of(family), family)
    before = plain(family)[0].image.tobytes()
    with pytest.raises(Cancelled):
        draw(provider, replace(request, seed=8), listener=Listener(stop_at=1))
    assert draw(provider, request) == [before]


@pytest.mark.parametrize("family", DRAWN)
def test_another_seed_gives_another_picture(provider, plain, tiny_of, family):
    (other,) = draw(provider, ask(tiny_of(family), family, seed=8))
    assert other != plain(family)[0].image.tobytes()


@pytest.mark.parametrize("family", DRAWN)
def test_the_negative_prompt_acts_where_the_contract_has_one(provider, plain, tiny_of, family):
    (without,) = draw(provider, ask(tiny_of(family), family, negative_prompt="zzz moon"))
    acts = without != plain(family)[0].image.tobytes()
    assert acts == FAMILIES[family].contract["negative_prompt"]


@pytest.mark.parametrize("family", DRAWN)
def test_guidance_acts_where_the_contract_has_one(provider, plain, tiny_of, family):
    guidance = contract(family)["guidance_scale"]
    other = guidance.max if guidance.used else 1.0
    assert other != guidance.default
    (picture,) = draw(provider, ask(tiny_of(family), family, guidance_scale=other))
    assert (picture != plain(family)[0].image.tobytes()) == guidance.used


@pytest.mark.parametrize("family", modes("image"))
def test_it_starts_from_a_picture(provider, tiny_of, family):
    folder = tiny_of(family)
    # A share of fewer steps would be one step, from noise alone.
    fields = {"mode": "image", "source": source(), "num_inference_steps": 3}
    if FAMILIES[family].has_strength:
        fields["strength"] = 0.6
    (from_text,) = draw(provider, ask(folder, family, num_inference_steps=3))
    (from_picture,) = draw(provider, ask(folder, family, **fields))
    (again,) = draw(provider, ask(folder, family, **fields))
    fields["source"] = Image.new("RGB", (SIZE, SIZE), "white")
    (from_another,) = draw(provider, ask(folder, family, **fields))
    assert from_picture == again
    assert len({from_text, from_picture, from_another}) == 3


@pytest.mark.parametrize("family", modes("inpaint"))
def test_it_draws_anew_only_what_the_mask_says(provider, tiny_of, family):
    request = ask(
        tiny_of(family), family, mode="inpaint", source=source(), mask=mask(), strength=1.0
    )
    (picture,) = provider.generate([request], Listener())
    kept = (0, 0, SIZE // 4, SIZE)
    assert picture.image.crop(kept).tobytes() == source().crop(kept).tobytes()
    anew = (3 * SIZE // 4, 0, SIZE, SIZE)
    assert picture.image.crop(anew).tobytes() != source().crop(anew).tobytes()
    assert picture.made_by["pipeline"] == FAMILIES[family].pipelines["inpaint"]


@pytest.mark.parametrize("family", DRAWN)
def test_it_knows_the_schedulers_of_its_contract(provider, plain, tiny_of, family):
    before = plain(family)[0].image.tobytes()
    request = ask(tiny_of(family), family)
    for scheduler in FAMILIES[family].schedulers:
        few = replace(request, scheduler=scheduler, num_inference_steps=2)
        (picture,) = provider.generate([few], Listener())
        assert picture.image.size == (SIZE, SIZE)
    assert draw(provider, request) == [before]


@pytest.mark.parametrize("family", [slug for slug in DRAWN if contract(slug).references])
def test_it_looks_at_reference_pictures(provider, plain, tiny_of, family):
    most = contract(family).references
    (looked,) = draw(provider, ask(tiny_of(family), family, references=(source(),) * most))
    assert looked != plain(family)[0].image.tobytes()


@pytest.mark.parametrize("family", modes("upscale"))
def test_it_makes_a_picture_larger(provider, tiny_of, family):
    fields = {"mode": "upscale", "source": source(), "scale": 2.0, "strength": 0.5}
    request = ask(tiny_of(family), family, width=2 * SIZE, height=2 * SIZE, **fields)
    (picture,) = provider.generate([request], Listener())
    assert picture.image.size == (2 * SIZE, 2 * SIZE)


@pytest.fixture
def lora_of(provider, tiny_of, tmp_path):
    """A function from a family to a small change of its tiny model."""
    peft = pytest.importorskip("peft")

    def of(family):
        pipeline = provider.pipeline(ask(tiny_of(family), family))
        part = "unet" if hasattr(pipeline, "unet") else "transformer"
        net = copy.deepcopy(getattr(pipeline, part))
        layers = ["to_q", "to_k", "to_v"]
        net.add_adapter(peft.LoraConfig(r=2, target_modules=layers, init_lora_weights=False))
        tensors = peft.utils.get_peft_model_state_dict(net)
        type(pipeline).save_lora_weights(tmp_path, **{f"{part}_lora_layers": tensors})
        return tmp_path / "pytorch_lora_weights.safetensors"

    return of


@pytest.mark.parametrize("family", [slug for slug in DRAWN if contract(slug).loras])
def test_a_lora_changes_the_picture_and_is_gone_afterwards(
    provider, plain, tiny_of, lora_of, family
):
    folder, file = tiny_of(family), str(lora_of(family))
    base = [plain(family)[0].image.tobytes()]
    full, none = (
        draw(provider, ask(folder, family, loras=(LoraUse("ink", file, weight),)))
        for weight in (1.0, 0.0)
    )
    assert full != base
    assert none == base
    assert draw(provider, ask(folder, family)) == base


@pytest.mark.parametrize("family", DRAWN)
def test_loaded_anew_it_draws_the_same_picture(plain, tiny_of, family):
    before = plain(family)[0].image.tobytes()
    assert draw(Provider(), ask(tiny_of(family), family)) == [before]


# --- Which family ---


@pytest.mark.parametrize("family", DRAWN)
def test_classes_of_its_pipelines_lead_to_the_family(family):
    import diffusers

    for name in FAMILIES[family].pipelines.values():
        assert family in families.of_pipeline(name)
        assert hasattr(diffusers, name)


def test_the_family_is_read_from_the_files_where_none_is_said(provider, tiny_of):
    folder = tiny_of("sdxl")
    request = replace(ask(folder, "sdxl", mode="image", source=source(), strength=0.6), family="")
    (picture,) = provider.generate([request], Listener())
    assert picture.made_by["pipeline"] == "StableDiffusionXLImg2ImgPipeline"


def test_files_of_another_family_are_refused(provider, tiny_of, tmp_path):
    folder = shutil.copytree(tiny_of("sd15"), tmp_path / "model")
    with pytest.raises(ModelTrouble) as caught:
        provider.generate([ask(folder, "sdxl")], Listener())
    assert caught.value.code == "model_family"
    assert caught.value.sentence.startswith("These files are Stable Diffusion 1.5")


def unlisted(tiny_of, tmp_path, name):
    """A model whose pipeline is of no family."""
    folder = shutil.copytree(tiny_of("sd15"), tmp_path / "model")
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps(index | {"_class_name": name}))
    return folder


@pytest.mark.parametrize("family", ["", "auto"])
def test_what_diffusers_knows_besides_draws_from_text(provider, tiny_of, tmp_path, family):
    folder = unlisted(tiny_of, tmp_path, "StableDiffusionPAGPipeline")
    assert families.of_pipeline("StableDiffusionPAGPipeline") == ("auto",)
    request = replace(ask(folder, "auto"), family=family)
    (picture,) = provider.generate([request], Listener())
    assert picture.made_by["pipeline"] == "StableDiffusionPAGPipeline"


def test_a_pipeline_that_cannot_be_driven_is_refused(provider, tiny_of, tmp_path):
    folder = unlisted(tiny_of, tmp_path, "StableDiffusionLatentUpscalePipeline")
    with pytest.raises(ModelTrouble):
        provider.generate([ask(folder, "auto")], Listener())


def test_a_class_that_diffusers_has_not_is_refused(provider, tiny_of, tmp_path):
    folder = unlisted(tiny_of, tmp_path, "NoSuchPipeline")
    with pytest.raises(ModelTrouble) as caught:
        provider.generate([ask(folder, "auto")], Listener())
    assert caught.value.code == "model_damaged"


# --- Pinned and exchanged files ---


def test_a_pinned_model_is_loaded_only_as_it_was(provider, tiny_of, tmp_path):
    folder = shutil.copytree(tiny_of("sd15"), tmp_path / "model")
    pipeline = provider.pipeline(ask(folder, "sd15"))
    pinned = pipeline._pixazo_origin.weights.fingerprint
    draw(provider, ask(folder, "sd15", weights_sha256=pinned))
    with pytest.raises(ModelTrouble) as caught:
        draw(provider, ask(folder, "sd15", weights_sha256="0" * 64))
    assert caught.value.code == "model_changed"
    draw(provider, ask(tiny_of("sdxl"), "sdxl"))


def test_files_exchanged_while_the_model_is_loaded_are_noticed(provider, tiny_of, tmp_path):
    folder = shutil.copytree(tiny_of("sd15"), tmp_path / "model")
    (before,) = provider.generate([ask(folder, "sd15")], Listener())
    unet = folder / "unet/diffusion_pytorch_model.safetensors"
    fresh = tmp_path / "fresh"
    fresh.write_bytes(unet.read_bytes()[:-4] + b"\x00\x00\x80\x3f")
    fresh.replace(unet)
    (after,) = provider.generate([ask(folder, "sd15")], Listener())
    assert before.made_by["weights_sha256"] != after.made_by["weights_sha256"]
    unet.write_bytes(b"damaged")
    with pytest.raises(ModelTrouble) as caught:
        draw(provider, ask(folder, "sd15"))
    assert caught.value.code == "model_damaged"


def test_files_exchanged_during_the_loading_are_noticed(tiny_of, tmp_path, monkeypatch):
    folder = shutil.copytree(tiny_of("sd15"), tmp_path / "model")
    unet = folder / "unet/diffusion_pytorch_model.safetensors"
    check_family = loading.folder.check_family

    def exchange(layout, family):
        check_family(layout, family)
        copy = shutil.copy(unet, tmp_path / "copy")
        shutil.move(copy, unet)

    monkeypatch.setattr(loading.folder, "check_family", exchange)
    with pytest.raises(ModelTrouble) as caught:
        draw(Provider(), ask(folder, "sd15"))
    assert caught.value.code == "model_changed"


def test_missing_tensors_are_noticed(tiny_of, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny_of("sd15"), tmp_path / "model")
    unet = folder / "unet/diffusion_pytorch_model.safetensors"
    tensors = load_file(unet)
    tensors.pop("conv_in.weight")
    save_file(tensors, unet)
    with pytest.raises(ModelTrouble) as caught:
        draw(Provider(), ask(folder, "sd15"))
    assert caught.value.code == "model_incomplete"
