"""A look at a picture in the making, whatever form its latents have."""

import pytest

from generation.tests.drawing import Listener, ask

pytest.importorskip("torch")
import torch

from generation.providers.diffusers import Provider, previews
from generation.providers.diffusers.pace import Pace
from generation.tests.tiny_families import MAKERS

pytestmark = pytest.mark.once


@pytest.fixture(scope="module")
def provider():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("django.conf.settings.DEVICE", "cpu")
        return Provider()


@pytest.mark.parametrize("family", MAKERS)
def test_every_family_shows_its_steps_in_the_pictures_shape(provider, tiny_of, family):
    listener = Listener()
    request = ask(
        tiny_of(family), family=family, num_inference_steps=2, width=128, height=64, prompt="a"
    )
    provider.generate([request], listener)
    assert len(listener.frames) == 2
    for frame in listener.frames:
        assert frame.width == 2 * frame.height


@pytest.mark.parametrize("family", ["flux-dev", "flux2-klein"])
def test_packed_latents_are_unpacked_as_the_pipeline_does_it(
    provider, tiny_of, family, monkeypatch
):
    """What the decoder is given at the end is what a preview of the last step looks at."""
    pipeline = provider.pipeline(ask(tiny_of(family), family=family))
    given, seen = [], []
    decode = type(pipeline.vae).decode
    look = previews._linear

    def noting(self, latents, *args, **kwargs):
        given.append(latents.clone())
        return decode(self, latents, *args, **kwargs)

    def looking(vae, latents):
        seen.append(latents.clone())
        return look(vae, latents)

    monkeypatch.setattr(type(pipeline.vae), "decode", noting)
    monkeypatch.setattr(previews, "_linear", looking)
    provider.generate(
        [ask(tiny_of(family), family=family, width=96, height=64, num_inference_steps=2)],
        Listener(),
    )
    latents = seen[-1]
    if family == "flux-dev":  # its scale is taken off later
        latents = latents / pipeline.vae.config.scaling_factor + pipeline.vae.config.shift_factor
    assert torch.allclose(given[-1], latents, atol=1e-5)


def test_latents_of_an_unknown_form_show_nothing(provider, tiny):
    pipeline = provider.pipeline(ask(tiny))
    assert previews.preview(pipeline, torch.zeros(1, 7, 4), 0, (64, 64)) is None
    assert previews.preview(pipeline, torch.zeros(1, 4, 8, 8), 3, (64, 64)) is None


class Event:
    """Stands in for CUDA's: a mark in the device's queue of work."""

    waited = []
    count = 0

    def record(self):
        Event.count += 1
        self.number = Event.count

    def synchronize(self):
        Event.waited.append(self.number)


def test_on_a_gpu_a_step_is_told_when_it_is_done_and_the_next_is_queued(monkeypatch):
    monkeypatch.setattr(torch.cuda, "Event", Event)
    monkeypatch.setattr(torch.cuda, "Stream", lambda device: object())
    told = []
    pace = Pace(lambda step, preview: told.append((step, list(Event.waited))), "cuda:0")
    for number in (1, 2, 3):
        pace.step(number, number == 3, lambda: None)
    # A step is waited for only when the one after it is in the queue: the device never runs dry.
    assert told == [(1, [1]), (2, [1, 2]), (3, [1, 2])]
