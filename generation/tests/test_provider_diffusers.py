"""A real pipeline, with random weights, draws, shows previews, stops and refuses what it must."""

import json
import shutil

import pytest
from PIL import Image

from generation.providers.base import ImageRequest
from generation.providers.errors import (
    Cancelled,
    DeviceLost,
    ModelTrouble,
    OutOfMemory,
    ProviderError,
)

pytest.importorskip("torch")
from generation.providers.diffusers import Provider, drawing, equipment, loading

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def _on_the_cpu(settings):
    """What is drawn here is the same on a machine with a card."""
    settings.DEVICE = "cpu"


@pytest.fixture(scope="module")
def provider():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DEVICE", "cpu")
        return Provider()


def ask(address, **fields):
    request = {
        "prompt": "a red house",
        "negative_prompt": "",
        "width": 64,
        "height": 64,
        "num_inference_steps": 3,
        "guidance_scale": 4.0,
        "seed": 7,
    }
    return ImageRequest(address=str(address), **request | fields)


class Listener:
    """A report that remembers, and stops the call after a step if it is told to."""

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


def pixels(picture):
    return picture.image.tobytes()


def test_it_draws_and_says_by_what(provider, tiny):
    listener = Listener()
    (picture,) = provider.generate([ask(tiny, width=64, height=80)], listener)
    assert picture.image.size == (64, 80)
    assert listener.steps == [0, 1, 2, 3]
    assert picture.made_by["scheduler"] == "DDIMScheduler"
    assert picture.made_by["device"] == "cpu"
    assert picture.made_by["precision"] == "fp32"
    assert set(picture.made_by["libraries"]) == {"diffusers", "torch", "transformers"}


def test_the_same_seed_gives_the_same_picture_and_another_another(provider, tiny):
    (first,) = provider.generate([ask(tiny)], Listener())
    (again,) = provider.generate([ask(tiny)], Listener())
    (other,) = provider.generate([ask(tiny, seed=8)], Listener())
    assert pixels(first) == pixels(again) != pixels(other)


def test_a_seed_keeps_its_picture_in_company(provider, tiny):
    (alone,) = provider.generate([ask(tiny, seed=8)], Listener())
    together = provider.generate([ask(tiny), ask(tiny, seed=8, prompt="a red house")], Listener())
    worst = max(abs(a - b) for a, b in zip(pixels(alone), pixels(together[1]), strict=True))
    assert worst <= 1  # the sums are added up in another order


def test_a_negative_prompt_changes_the_picture(provider, tiny):
    (plain,) = provider.generate([ask(tiny)], Listener())
    (without,) = provider.generate([ask(tiny, negative_prompt="moon")], Listener())
    assert pixels(plain) != pixels(without)


def test_previews_are_small_pictures(provider, tiny):
    listener = Listener()
    provider.generate([ask(tiny)], listener)
    assert len(listener.frames) == 3
    assert all(isinstance(frame, Image.Image) for frame in listener.frames)
    assert listener.frames[0].size == (8, 8)


def test_after_a_cancel_the_pipeline_is_as_good_as_before(provider, tiny):
    (before,) = provider.generate([ask(tiny)], Listener())
    listener = Listener(stop_at=1)
    with pytest.raises(Cancelled):
        provider.generate([ask(tiny)], listener)
    assert listener.steps == [0, 1]
    (after,) = provider.generate([ask(tiny)], Listener())
    assert pixels(after) == pixels(before)


def test_the_two_models_used_last_stay_in_memory(tiny, tmp_path, settings):
    settings.KEEP_MODELS = 2
    provider = Provider()
    copies = [shutil.copytree(tiny, tmp_path / name) for name in "abc"]
    for copy in copies:
        provider.generate([ask(copy, num_inference_steps=1)], Listener())
    assert provider.loaded == (str(copies[2]), str(copies[1]))


def broken(tiny, tmp_path):
    return shutil.copytree(tiny, tmp_path / "model")


def trouble(provider, folder):
    with pytest.raises(ModelTrouble) as caught:
        provider.generate([ask(folder)], Listener())
    assert str(folder) not in caught.value.sentence
    return caught.value.code


def test_a_folder_that_is_missing_is_said_so(provider, tmp_path):
    assert trouble(provider, tmp_path / "nowhere") == "model_missing"


def test_a_folder_without_an_index_is_said_so(provider, tmp_path):
    assert trouble(provider, tmp_path) == "model_layout"


@pytest.mark.parametrize("name", ["pytorch_model.bin", "weights.ckpt", "model.pt", "model.pth"])
def test_pickles_are_never_loaded(provider, tiny, tmp_path, name):
    folder = broken(tiny, tmp_path)
    (folder / "unet" / name).write_bytes(b"cos\nsystem\n(S'touch /tmp/pwned'\ntR.")
    assert trouble(provider, folder) == "model_pickled"


def test_program_code_is_never_run(provider, tiny, tmp_path):
    folder = broken(tiny, tmp_path)
    (folder / "pipeline.py").write_text("raise SystemExit")
    assert trouble(provider, folder) == "model_code"


def test_an_index_may_not_name_other_libraries(provider, tiny, tmp_path):
    folder = broken(tiny, tmp_path)
    index = json.loads((folder / "model_index.json").read_text())
    (folder / "model_index.json").write_text(json.dumps(index | {"unet": ["os", "system"]}))
    assert trouble(provider, folder) == "model_code"


def test_a_folder_without_weights_is_said_so(provider, tiny, tmp_path):
    folder = broken(tiny, tmp_path)
    for file in folder.rglob("*.safetensors"):
        file.unlink()
    assert trouble(provider, folder) == "model_no_weights"


@pytest.mark.parametrize(
    "content",
    [b"", b"\xff" * 64, b"\x10" + b"\x00" * 7 + b'{"a":'],
    ids=["empty", "absurd header", "truncated"],
)
def test_damaged_weights_are_said_so(provider, tiny, tmp_path, content):
    folder = broken(tiny, tmp_path)
    next((folder / "unet").glob("*.safetensors")).write_bytes(content)
    assert trouble(provider, folder) == "model_damaged"
    provider.generate([ask(tiny)], Listener())


def test_a_hub_that_cannot_be_reached_is_said_so(provider, settings, tmp_path):
    settings.MODELS_FOLDER = tmp_path
    assert trouble(provider, "nobody/nothing") == "model_unreachable"


def test_out_of_memory_in_company_is_tried_one_by_one(provider, tiny, monkeypatch):
    draw = drawing.draw

    def cramped(pipeline, requests, report):
        if len(requests) > 1:
            raise OutOfMemory
        return draw(pipeline, requests, report)

    monkeypatch.setattr(drawing, "draw", cramped)
    pictures = provider.generate([ask(tiny), ask(tiny, seed=8)], Listener())
    assert len(pictures) == 2


def test_the_words_of_a_full_memory_are_understood(tiny, monkeypatch):
    provider = Provider()
    pipeline = provider.pipeline(ask(tiny))

    def full(*args, **kwargs):
        raise RuntimeError("[enforce fail at alloc_cpu.cpp] DefaultCPUAllocator: not enough memory")

    monkeypatch.setattr(pipeline.unet, "forward", full)
    with pytest.raises(OutOfMemory):
        drawing.draw(pipeline, [ask(tiny)], Listener())


@pytest.mark.parametrize(
    ("there", "device", "precision"),
    [
        ({"cpu"}, "cpu", "fp32"),
        ({"mps", "cpu"}, "mps", "fp16"),
        ({"cuda", "mps", "cpu"}, "cuda", "bf16"),
    ],
)
def test_the_best_device_that_is_there_is_chosen(settings, monkeypatch, there, device, precision):
    settings.DEVICE = "auto"
    monkeypatch.setattr(equipment, "_is_there", lambda name: name in there)
    monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda: True)
    monkeypatch.setattr("torch.cuda.get_device_name", lambda name: "A card")
    label = "cuda (A card)" if device == "cuda" else device
    assert equipment.choose() == equipment.Equipment(device, precision, label)


def test_an_old_card_gets_the_precision_that_it_knows(monkeypatch):
    monkeypatch.setattr("torch.cuda.is_bf16_supported", lambda: False)
    assert equipment._best_precision("cuda") == "fp16"


def test_device_and_precision_may_be_told(settings):
    settings.DEVICE, settings.PRECISION = "cpu", "bf16"
    assert equipment.choose() == equipment.Equipment("cpu", "bf16", "cpu")


@pytest.mark.parametrize("device", ["auto", "cuda"])
def test_a_pinned_worker_whose_card_is_gone_does_not_draw_on_the_cpu(settings, monkeypatch, device):
    settings.DEVICE, settings.WORKER = device, "gpu3"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.cuda.is_built", lambda: True)
    with pytest.raises(DeviceLost):
        equipment.choose()


def test_a_torch_without_cuda_draws_on_the_cpu_beside_any_card(settings, monkeypatch):
    settings.DEVICE, settings.WORKER = "auto", "gpu3"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "3")
    monkeypatch.setattr(equipment, "_is_there", lambda name: name == "cpu")
    monkeypatch.setattr("torch.backends.cuda.is_built", lambda: False)
    assert equipment.choose().device == "cpu"


def test_a_device_that_is_told_and_not_there_is_said_so(settings, monkeypatch):
    settings.DEVICE = "cuda:7"
    monkeypatch.setattr(equipment, "_is_there", lambda name: name == "cpu")
    with pytest.raises(ProviderError) as caught:
        equipment.choose()
    assert caught.value.code == "no_device"


def test_the_starter_model_is_found_by_its_name(settings):
    assert loading.local_folder("starter") == settings.STARTER_MODEL
    assert loading.local_folder("owner/name") is None
