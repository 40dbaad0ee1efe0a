"""LoRAs are mixed in for one call; the base model stays what it was."""

import copy
import hashlib
import shutil

import pytest

from generation.providers.base import LoraUse
from generation.providers.errors import ModelTrouble, ProviderError
from generation.tests.drawing import ask, difference, draw, noise, pixels

pytest.importorskip("torch")
pytest.importorskip("peft")
from generation.providers.diffusers import Provider

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def provider():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DEVICE", "cpu")
        return Provider()


@pytest.fixture(scope="module")
def files(provider, tiny, tmp_path_factory):
    """A folder with two LoRAs of the tiny model."""
    import torch
    from diffusers import StableDiffusionPipeline
    from peft import LoraConfig
    from peft.utils import get_peft_model_state_dict

    folder = tmp_path_factory.mktemp("loras")
    layers = ["to_q", "to_k", "to_v", "to_out.0"]
    for seed, name in enumerate(("harbour", "winter")):
        torch.manual_seed(seed)
        unet = copy.deepcopy(provider.pipeline(ask(tiny)).unet)
        unet.add_adapter(LoraConfig(r=2, target_modules=layers, init_lora_weights=False))
        StableDiffusionPipeline.save_lora_weights(
            folder,
            unet_lora_layers=get_peft_model_state_dict(unet),
            weight_name=f"{name}.safetensors",
        )
    return folder


@pytest.fixture
def lora(files):
    def use(name="harbour", weight=1.0, **fields):
        return LoraUse(name, str(files / f"{name}.safetensors"), weight, **fields)

    return use


def test_it_changes_the_picture_by_its_weight(provider, tiny, lora):
    (base,) = draw(provider, ask(tiny))
    (half,) = draw(provider, ask(tiny, loras=(lora(weight=0.5),)))
    (full,) = draw(provider, ask(tiny, loras=(lora(weight=1.0),)))
    assert len({pixels(base), pixels(half), pixels(full)}) == 3


def test_weight_zero_and_none_at_all_give_the_base_picture(provider, tiny, lora):
    (base,) = draw(provider, ask(tiny))
    draw(provider, ask(tiny, loras=(lora(weight=1.0),)))
    (zero,) = draw(provider, ask(tiny, loras=(lora(weight=0.0),)))
    (after,) = draw(provider, ask(tiny))
    assert pixels(zero) == pixels(base)
    assert pixels(after) == pixels(base)


def test_the_same_set_stays_loaded_and_another_takes_its_place(provider, tiny, lora, monkeypatch):
    pipeline = provider.pipeline(ask(tiny))
    loaded = []
    load = type(pipeline).load_lora_weights

    def counting(self, *args, **kwargs):
        loaded.append(kwargs["weight_name"])
        return load(self, *args, **kwargs)

    monkeypatch.setattr(type(pipeline), "load_lora_weights", counting)
    draw(provider, ask(tiny))
    for weight in (0.5, 1.0):
        draw(provider, ask(tiny, loras=(lora(weight=weight),)))
    assert loaded == ["harbour.safetensors"]
    (winter,) = draw(provider, ask(tiny, loras=(lora("winter"),)))
    assert loaded == ["harbour.safetensors", "winter.safetensors"]
    provider.kept.models.clear()
    (fresh,) = draw(provider, ask(tiny, loras=(lora("winter"),)))
    assert pixels(fresh) == pixels(winter)


def test_several_are_mixed(provider, tiny, lora):
    (one,) = draw(provider, ask(tiny, loras=(lora("harbour"),)))
    (both,) = draw(provider, ask(tiny, loras=(lora("harbour"), lora("winter", 0.5))))
    (other,) = draw(provider, ask(tiny, loras=(lora("harbour"), lora("winter", 0.0))))
    assert pixels(both) != pixels(one)
    assert difference(one, other) <= 1


def test_it_works_on_pictures_too(provider, tiny, lora):
    request = {"mode": "image", "source": noise(), "strength": 0.5}
    (plain,) = draw(provider, ask(tiny, **request))
    (mixed,) = draw(provider, ask(tiny, **request, loras=(lora(),)))
    assert pixels(plain) != pixels(mixed)


def test_a_call_of_several_people_gives_each_what_they_asked_for(provider, tiny, lora):
    asked = [ask(tiny), ask(tiny, loras=(lora(),)), ask(tiny, loras=(lora("winter"),)), ask(tiny)]
    together = draw(provider, *asked)
    alone = [draw(provider, each)[0] for each in asked]
    for one, other in zip(together, alone, strict=True):
        assert difference(one, other) <= 1
    assert pixels(together[0]) != pixels(together[1])


def test_the_recipe_names_them_by_their_hashes(provider, tiny, lora, files):
    (picture,) = draw(provider, ask(tiny, loras=(lora(weight=0.7),)))
    expected = hashlib.sha256((files / "harbour.safetensors").read_bytes()).hexdigest()
    assert picture.made_by["loras"] == [{"slug": "harbour", "weight": 0.7, "sha256": expected}]
    (plain,) = draw(provider, ask(tiny))
    assert "loras" not in plain.made_by


def refused(provider, request):
    with pytest.raises(ProviderError) as caught:
        draw(provider, request)
    assert not isinstance(caught.value, ModelTrouble)  # the model itself is fine
    return caught.value


def unfit(folder, kind):
    import safetensors.torch as files
    import torch

    path = folder / f"{kind}.safetensors"
    if kind == "pickle":
        path.write_bytes(b"\x80\x04cos\nsystem\n(S'touch /tmp/pwned'\ntR.")
    elif kind == "truncated":
        shutil.copy(folder / "harbour.safetensors", path)
        path.write_bytes(path.read_bytes()[:-50])
    elif kind == "no lora":
        files.save_file({"weight": torch.zeros(2, 2)}, path)
    elif kind == "other layers":
        names = ("unet.nowhere.lora_A.weight", "unet.nowhere.lora_B.weight")
        shapes = zip(names, ((2, 8), (8, 2)), strict=True)
        files.save_file({name: torch.zeros(*shape) for name, shape in shapes}, path)
    elif kind == "other shapes":
        tensors = files.load_file(folder / "harbour.safetensors")
        larger = {
            key: torch.zeros(len(each) * 2, each.shape[1] * 3) for key, each in tensors.items()
        }
        files.save_file(larger, path)
    return path


@pytest.mark.parametrize(
    "kind", ["missing", "pickle", "truncated", "no lora", "other layers", "other shapes"]
)
def test_one_that_will_not_do_is_named_and_leaves_nothing_behind(provider, tiny, lora, files, kind):
    (before,) = draw(provider, ask(tiny))
    wrong = LoraUse("sunset", str(unfit(files, kind)), 1.0)
    error = refused(provider, ask(tiny, loras=(lora(), wrong)))
    assert "sunset" in error.sentence
    assert str(files) not in error.sentence
    (after,) = draw(provider, ask(tiny))
    assert pixels(after) == pixels(before)


def test_a_file_that_was_exchanged_is_not_used(provider, tiny, lora):
    error = refused(provider, ask(tiny, loras=(lora(sha256="0" * 64),)))
    assert error.code == "lora_changed"


def test_fused_layers_would_not_hear_of_it_so_it_is_refused(provider, tiny, lora):
    error = refused(provider, ask(tiny, loras=(lora(),), options={"fuse_qkv": True}))
    assert error.code == "lora_unfit"
