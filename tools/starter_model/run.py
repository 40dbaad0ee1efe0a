"""One training run of the denoiser (and, slowly, the text encoder with it): state and single steps.

Everything needed to go on lies in one checkpoint, written beside and then moved into place, so that
a run may be stopped at any moment.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from torch import Tensor, nn
from transformers import CLIPTextModel, CLIPTokenizer

from tools.starter_model import denoiser
from tools.starter_model.captions import caption
from tools.starter_model.factors import Scene
from tools.starter_model.muon import optimisers
from tools.starter_model.team import Team
from tools.starter_model.text_encoder import token_ids

BATCH = 32
RATE = 2e-3
TEXT_RATE = 0.1  # of the denoiser's
WARM_STEPS = 100
NO_PROMPT = 0.12  # share of captions left empty, for guidance
EMA = 0.998
HELD_BACK = 128  # scenes at the front that are never learnt from


@dataclass
class Run:
    """A training run: networks, their averages, optimisers and random states."""

    tokenizer: CLIPTokenizer
    text_encoder: CLIPTextModel
    unet: UNet2DConditionModel
    team: Team = field(default_factory=Team)
    step: int = 0
    seconds: float = 0.0
    captions: random.Random = field(default_factory=lambda: random.Random(11))
    picks: np.random.RandomState = field(default_factory=lambda: np.random.RandomState(11))

    def __post_init__(self) -> None:
        self.networks = nn.ModuleDict({"unet": self.unet, "text_encoder": self.text_encoder})
        self.noise = denoiser.training_noise()
        outer = [self.unet.conv_in.weight, self.unet.conv_out.weight]
        self.optimisers = [
            *optimisers([self.unet], RATE, outer, self.team),
            torch.optim.AdamW(
                self.text_encoder.parameters(), lr=RATE * TEXT_RATE, betas=(0.9, 0.98)
            ),
        ]
        self.rates = [optimiser.param_groups[0]["lr"] for optimiser in self.optimisers]
        self.average = {k: v.detach().clone() for k, v in self.networks.named_parameters()}
        self._diverge()

    def _diverge(self) -> None:
        """Let each member of the team but the first draw scenes, captions and noise of its own."""
        if self.team.rank:
            seed = 1000 * self.team.rank + self.step
            self.captions.seed(seed)
            self.picks.seed(seed)
            torch.manual_seed(seed)

    def save(self, path: Path) -> None:
        """Write the checkpoint in one move."""
        beside = path.with_suffix(".part")
        torch.save(
            {
                "networks": self.networks.state_dict(),
                "average": self.average,
                "optimisers": [optimiser.state_dict() for optimiser in self.optimisers],
                "step": self.step,
                "seconds": self.seconds,
                "random": (
                    self.captions.getstate(),
                    self.picks.get_state(),
                    torch.get_rng_state(),
                ),
            },
            beside,
        )
        beside.replace(path)

    def load(self, path: Path) -> None:
        # Our own file, and it holds random states that the safe loader refuses.
        kept = torch.load(path, weights_only=False)
        self.networks.load_state_dict(kept["networks"])
        self.average = kept["average"]
        for optimiser, state in zip(self.optimisers, kept["optimisers"], strict=True):
            optimiser.load_state_dict(state)
        self.step, self.seconds = kept["step"], kept["seconds"]
        captions, picks, noise = kept["random"]
        self.captions.setstate(captions)
        self.picks.set_state(picks)
        torch.set_rng_state(noise)
        self._diverge()

    def loss(self, latents: Tensor, texts: list[str], steps: Tensor, noise: Tensor) -> Tensor:
        """The mean squared error of the predicted velocity, for each of the batch."""
        noised = self.noise.add_noise(latents, noise, steps)
        states = self.text_encoder(token_ids(self.tokenizer, texts)).last_hidden_state
        made = self.unet(noised.contiguous(memory_format=torch.channels_last), steps, states).sample
        wanted = self.noise.get_velocity(latents, noise, steps)
        return (made - wanted).square().mean((1, 2, 3))

    def learn(self, latents: Tensor, scenes: list[Scene], pace: float) -> float:
        """One step on a random batch, at `pace` of the full learning rate; returns the loss."""
        warm = min(1.0, (self.step + 1) / WARM_STEPS)
        for optimiser, rate in zip(self.optimisers, self.rates, strict=True):
            for group in optimiser.param_groups:
                group["lr"] = rate * pace * warm
        size = BATCH // self.team.size
        chosen = self.picks.randint(HELD_BACK, len(scenes), size)
        texts = [
            "" if self.captions.random() < NO_PROMPT else caption(scenes[i], self.captions)[0]
            for i in chosen
        ]
        spread = (np.arange(size) + self.picks.rand(size)) / size
        steps = torch.from_numpy((spread * 1000).astype(np.int64))
        batch = latents[torch.from_numpy(chosen)].float()
        loss = self.loss(batch, texts, steps, torch.randn_like(batch)).mean()
        loss.backward()
        gradients = [w.grad for w in self.networks.parameters() if w.grad is not None]
        self.team.add_up(gradients, 1 / self.team.size)
        nn.utils.clip_grad_norm_(self.networks.parameters(), 1.0)
        for optimiser in self.optimisers:
            optimiser.step()
        self.networks.zero_grad()
        self.step += 1
        keep = min(EMA, self.step / (self.step + 10))
        torch._foreach_lerp_(
            list(self.average.values()), [p.detach() for p in self.networks.parameters()], 1 - keep
        )
        return float(loss.detach())

    def swap(self) -> None:
        """Exchange the networks' weights and their averages."""
        for name, weight in self.networks.named_parameters():
            weight.data, self.average[name] = self.average[name], weight.data
