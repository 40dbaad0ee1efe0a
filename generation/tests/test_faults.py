"""What goes wrong while a picture is drawn: tried once more in a better way, then said in words.

F42 to F44 of the faults that the engine must bear; the misbehaving parts are a real pipeline's.
"""

import pytest
from PIL import Image

from billing.models import Account
from generation import providers
from generation.invariants import violations
from generation.models import Image as Row
from generation.models import Job
from generation.providers.errors import DeviceLost, OutOfMemory, ProviderError
from generation.tests.drawing import Listener, ask, difference, draw, noise, pixels, square
from generation.tests.engine import ask_one, draw_all

pytest.importorskip("torch")
import torch

from generation.providers.diffusers import Provider, drawing, previews, soundness, tuning
from generation.providers.diffusers.memory import translated

pytestmark = pytest.mark.once


@pytest.fixture
def provider(settings):
    settings.DEVICE = "cpu"
    return Provider()


def fill_memory(monkeypatch, pipeline, times):
    """The first calls of its UNet find the memory full, as CUDA says it."""
    left = [times]
    forward = type(pipeline.unet).forward

    def full(self, *args, **kwargs):
        if left[0]:
            left[0] -= 1
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        return forward(self, *args, **kwargs)

    monkeypatch.setattr(type(pipeline.unet), "forward", full)


def spoil(monkeypatch, pipeline, value, times=99):
    """Its decoder gives that instead of pixels; in full precision or later it behaves."""
    left = [times]
    decode = type(pipeline.vae).decode

    def spoiled(self, latents, *args, **kwargs):
        made = decode(self, latents, *args, **kwargs)
        if left[0]:
            left[0] -= 1
            made[0].fill_(value)
        return made

    monkeypatch.setattr(type(pipeline.vae), "decode", spoiled)


def test_a_full_memory_is_emptied_and_tried_once_more_sparingly(provider, tiny, monkeypatch):
    (before,) = draw(provider, ask(tiny))
    fill_memory(monkeypatch, provider.pipeline(ask(tiny)), times=1)
    emptied = []
    monkeypatch.setattr(type(provider.equipment), "empty_cache", lambda self: emptied.append(1))
    (picture,) = draw(provider, ask(tiny))
    assert emptied
    assert picture.made_by["options"] == {"tiling": True}
    (after,) = draw(provider, ask(tiny))  # as usual
    assert pixels(after) == pixels(before)
    assert "options" not in after.made_by


def test_other_models_leave_a_full_memory(provider, tiny, tiny_of, monkeypatch):
    draw(provider, ask(tiny_of("sdxl"), family="sdxl"))
    draw(provider, ask(tiny))
    fill_memory(monkeypatch, provider.pipeline(ask(tiny)), times=1)
    draw(provider, ask(tiny))
    assert provider.loaded == (str(tiny),)


def test_twice_full_is_a_failure_and_the_next_one_succeeds(provider, tiny, monkeypatch):
    fill_memory(monkeypatch, provider.pipeline(ask(tiny)), times=2)
    with pytest.raises(OutOfMemory):
        draw(provider, ask(tiny))
    (next_one,) = draw(provider, ask(tiny))
    assert next_one.image.size == (64, 64)
    assert "options" not in next_one.made_by


@pytest.mark.parametrize("times", [1, 2])
def test_in_company_a_full_memory_draws_one_by_one(provider, tiny, monkeypatch, times):
    """As each would be drawn alone; only where even that is too much, sparingly."""
    alone = [draw(provider, ask(tiny, seed=seed))[0] for seed in range(3)]
    fill_memory(monkeypatch, provider.pipeline(ask(tiny)), times)
    listener = Listener()
    together = provider.generate([ask(tiny, seed=seed) for seed in range(3)], listener)
    plain = times - 1
    assert [pixels(each) for each in together[plain:]] == [pixels(each) for each in alone[plain:]]
    assert ["options" in each.made_by for each in together] == [times == 2, False, False]
    assert listener.steps == sorted(listener.steps)
    assert listener.steps[-1] == 4


def test_a_preview_that_cannot_be_made_spoils_no_picture(provider, tiny, monkeypatch):
    (before,) = draw(provider, ask(tiny))
    provider.kept.models.clear()

    def cannot(vae, like):
        raise RuntimeError("no room to look")

    monkeypatch.setattr(previews, "_fit", cannot)
    listener = Listener()
    (after,) = provider.generate([ask(tiny)], listener)
    assert pixels(after) == pixels(before)
    assert listener.frames == [None] * 4


@pytest.mark.parametrize("value", [float("nan"), -1.0])
def test_no_number_or_black_is_decoded_again_in_full_precision(provider, tiny, monkeypatch, value):
    request = ask(tiny, options={"dtype": "bf16"})
    (before,) = draw(provider, request)
    pipeline = provider.pipeline(request)
    spoil(monkeypatch, pipeline, value, times=1)
    precisions = decoded_in(monkeypatch, pipeline)
    (picture,) = draw(provider, request)
    assert precisions == [torch.bfloat16, torch.float32]
    assert difference(picture, before) <= 8  # of full precision


def decoded_in(monkeypatch, pipeline):
    """The precision of each decoding that follows."""
    seen, decode = [], type(pipeline.vae).decode

    def noting(self, latents, *args, **kwargs):
        seen.append(self.dtype)
        return decode(self, latents, *args, **kwargs)

    monkeypatch.setattr(type(pipeline.vae), "decode", noting)
    return seen


def test_black_in_full_precision_is_a_black_picture(provider, tiny, monkeypatch):
    draw(provider, ask(tiny))  # its previews are decoded to be known, once
    pipeline = provider.pipeline(ask(tiny))
    spoil(monkeypatch, pipeline, -1.0)
    precisions = decoded_in(monkeypatch, pipeline)
    (picture,) = draw(provider, ask(tiny))
    assert soundness.is_black(picture.image)
    assert precisions == [torch.float32]


def test_weights_that_are_elsewhere_are_not_widened(provider, tiny):
    """Offloaded one by one they come back as they were stored."""
    pipeline = provider.pipeline(ask(tiny, options={"dtype": "bf16"}))
    assert soundness.can_decode_better(pipeline)
    pipeline.vae.to("meta")
    with soundness.decoder_in_full_precision(pipeline):
        assert pipeline.vae.dtype == torch.bfloat16


def test_half_precision_is_whole_for_the_second_try_only(provider, tiny):
    pipeline = provider.pipeline(ask(tiny, options={"dtype": "bf16"}))
    latents = torch.zeros(1, 4, 8, 8, dtype=torch.bfloat16)
    with soundness.decoder_in_full_precision(pipeline):
        assert pipeline.vae.dtype == torch.float32
        assert pipeline.vae.decode(latents, return_dict=False)[0].dtype == torch.float32
    assert pipeline.vae.dtype == torch.bfloat16
    assert pipeline.vae.decode(latents, return_dict=False)[0].dtype == torch.bfloat16


@pytest.mark.parametrize("mode", ["text", "image", "inpaint", "upscale"])
def test_numbers_that_stay_none_are_a_failure_in_words(provider, tiny, monkeypatch, mode):
    spoil(monkeypatch, provider.pipeline(ask(tiny)), float("nan"))
    request = ask(tiny, mode=mode, strength=0.5, source=noise(), mask=square())
    with pytest.raises(ProviderError) as caught:
        draw(provider, request)
    assert caught.value.code == "not_a_picture"


def test_infinite_latents_are_seen_though_the_pixels_are_cut_off(provider, tiny, monkeypatch):
    def infinite(self, prediction, timestep, latents, *args, **kwargs):
        return (torch.full_like(latents, float("inf")),)

    pipeline = provider.pipeline(ask(tiny))
    monkeypatch.setattr(type(pipeline.scheduler), "step", infinite)
    spoil(monkeypatch, pipeline, 0.5)
    with pytest.raises(ProviderError) as caught:
        draw(provider, ask(tiny))
    assert caught.value.code == "not_a_picture"


@pytest.mark.parametrize("value", [0.3, -1.0])
def test_one_colour_is_delivered_with_a_remark(provider, tiny, monkeypatch, value):
    spoil(monkeypatch, provider.pipeline(ask(tiny)), value)
    (picture,) = draw(provider, ask(tiny))
    assert picture.remark == soundness.ONE_COLOUR
    assert len(picture.image.getcolors()) == 1


def test_a_picture_with_a_spot_has_no_remark():
    image = Image.new("RGB", (8, 8), "white")
    image.putpixel((3, 3), (255, 255, 254))
    assert soundness.remark(image) == ""


def test_only_the_bad_picture_of_a_call_is_drawn_again(provider, tiny, monkeypatch):
    alone = [draw(provider, ask(tiny, seed=seed))[0] for seed in range(2)]
    decode = type(provider.pipeline(ask(tiny)).vae).decode
    sizes = []

    def second_is_none(self, latents, *args, **kwargs):
        made = decode(self, latents, *args, **kwargs)
        sizes.append(len(latents))
        if len(latents) == 2:
            made[0][1] = float("nan")
        return made

    monkeypatch.setattr(type(provider.pipeline(ask(tiny)).vae), "decode", second_is_none)
    together = draw(provider, *(ask(tiny, seed=seed) for seed in range(2)))
    assert sizes == [2, 1]
    for one, other in zip(alone, together, strict=True):
        assert difference(one, other) <= 1


@pytest.mark.parametrize(
    "words",
    [
        "CUDA error: an illegal memory access was encountered",
        "CUDA error: unspecified launch failure",
        "CUDA driver error: device unavailable",
        "CUDA error: device-side assert triggered",
    ],
)
def test_a_device_that_answers_no_more_is_said_so(provider, tiny, monkeypatch, words):
    def lost(self, *args, **kwargs):
        raise RuntimeError(words)

    monkeypatch.setattr(type(provider.pipeline(ask(tiny)).unet), "forward", lost)
    with pytest.raises(DeviceLost) as caught:
        draw(provider, ask(tiny))
    assert words in caught.value.details


LOST = "CUDA error: unspecified launch failure"


def lose(*args, **kwargs):
    raise RuntimeError(LOST)


def test_a_device_lost_while_loading_is_said_so(provider, tiny, monkeypatch):
    from diffusers import DiffusionPipeline

    monkeypatch.setattr(DiffusionPipeline, "to", lose)
    with pytest.raises(DeviceLost):
        draw(provider, ask(tiny))


@pytest.mark.parametrize("option", ["quantisation", "attention", "compile"])
def test_a_device_lost_while_tuning_does_not_speak_against_the_option(
    provider, tiny, monkeypatch, option
):
    name = {"quantisation": "_quantise", "attention": "_attend", "compile": "_compile"}[option]
    value = {"quantisation": "fp8", "attention": "native", "compile": "full"}[option]
    monkeypatch.setattr(tuning, name, lose)
    with pytest.raises(DeviceLost):
        draw(provider, ask(tiny, options={option: value}))


def test_a_device_lost_while_memory_is_emptied_is_said_so(provider, tiny, monkeypatch):
    fill_memory(monkeypatch, provider.pipeline(ask(tiny)), times=1)
    monkeypatch.setattr(type(provider.equipment), "empty_cache", lose)
    with pytest.raises(DeviceLost):
        draw(provider, ask(tiny))


@pytest.mark.parametrize(
    "words",
    [
        "CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`",
        "cuDNN error: CUDNN_STATUS_ALLOC_FAILED",
        "CUDA error: out of memory",
    ],
)
def test_what_the_devices_libraries_lack_is_memory(words):
    with pytest.raises(OutOfMemory), translated():
        raise RuntimeError(words)


def test_other_errors_are_nobodys_device(provider, tiny, monkeypatch):
    def wrong(self, *args, **kwargs):
        raise RuntimeError("mat1 and mat2 shapes cannot be multiplied")

    monkeypatch.setattr(type(provider.pipeline(ask(tiny)).unet), "forward", wrong)
    with pytest.raises(RuntimeError, match="mat1"):
        draw(provider, ask(tiny))


@pytest.fixture
def painter(painter, provider, tiny, monkeypatch):
    """A model that is really drawn, by the misbehaving pipeline of a test."""
    monkeypatch.setitem(providers._providers, "diffusers", provider)
    painter.provider, painter.address = "diffusers", str(tiny)
    painter.save()
    return painter


def test_twice_full_costs_nothing_and_the_workers_next_job_succeeds(
    studio, painter, alice, provider, tiny, monkeypatch
):
    fill_memory(monkeypatch, provider.pipeline(ask(tiny)), times=2)
    first, second = ask_one(studio, painter), ask_one(studio, painter)
    draw_all()
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, first.error_code) == (Job.State.FAILED, "out_of_memory")
    assert second.state == Job.State.SUCCEEDED
    account = Account.objects.of(alice)
    assert (account.held, account.spent) == (0, 1)
    assert violations(idle=True) == []


def test_no_picture_costs_nothing(studio, painter, alice, provider, tiny, monkeypatch):
    spoil(monkeypatch, provider.pipeline(ask(tiny)), float("nan"))
    job = ask_one(studio, painter)
    draw_all()
    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.FAILED, "not_a_picture")
    assert not Row.objects.exists()
    account = Account.objects.of(alice)
    assert (account.held, account.spent) == (0, 0)


def test_one_colour_is_kept_with_its_remark(studio, painter, provider, tiny, monkeypatch):
    spoil(monkeypatch, provider.pipeline(ask(tiny)), 0.3)
    job = ask_one(studio, painter)
    draw_all()
    assert Row.objects.get(job=job).remark == soundness.ONE_COLOUR


def test_one_persons_broken_picture_is_not_anothers(studio, painter, provider, tiny, monkeypatch):
    """Together they fail; alone it shows whose it was."""
    painter.contract_data |= {"images_per_call": 2}
    painter.save()
    decode = type(provider.pipeline(ask(tiny)).vae).decode

    def none_for_the_moon(self, latents, *args, **kwargs):
        made = decode(self, latents, *args, **kwargs)
        for place, prompt in enumerate(drawn_now):
            if prompt == "a moon" and len(drawn_now) == len(latents):
                made[0][place] = float("nan")
        return made

    drawn_now = []
    drawn = drawing.draw

    def noting(pipeline, requests, report):
        drawn_now[:] = [each.prompt for each in requests]
        return drawn(pipeline, requests, report)

    monkeypatch.setattr(drawing, "draw", noting)
    monkeypatch.setattr(type(provider.pipeline(ask(tiny)).vae), "decode", none_for_the_moon)
    moon, house = ask_one(studio, painter, prompt="a moon"), ask_one(studio, painter)
    draw_all()
    moon.refresh_from_db()
    house.refresh_from_db()
    assert (moon.state, house.state) == (Job.State.FAILED, Job.State.SUCCEEDED)
