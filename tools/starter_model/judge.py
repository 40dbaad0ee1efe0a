"""The judge: a small classifier of the factors in a picture, which only ever saw drawings."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from tools.starter_model.dataset import to_tensor
from tools.starter_model.factors import FACTORS, Scene

RATE = 2e-3
BATCH = 64
OF_THE_SUBJECT = ("colour", "position", "size")  # not to be seen where there is none
UNSEEN = -100


class Judge(nn.Module):
    """Pictures N x 3 x 128 x 128 in [-1, 1] to scores N x values, for each factor."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 24, 4, 2, 1),
            nn.ReLU(),
            *_halving(24, 48),
            *_halving(48, 80),
            *_halving(80, 112),
            nn.Conv2d(112, 48, 1),
            nn.ReLU(),
            nn.Flatten(),
            nn.Dropout(0.2),
            nn.Linear(48 * 8 * 8, 192),
            nn.ReLU(),
        )
        self.heads = nn.ModuleDict({name: nn.Linear(192, len(FACTORS[name])) for name in FACTORS})

    def forward(self, pictures: Tensor) -> dict[str, Tensor]:
        features = self.features(pictures.contiguous(memory_format=torch.channels_last))
        return {name: head(features) for name, head in self.heads.items()}

    @torch.no_grad()
    def chances(self, pictures: np.ndarray) -> dict[str, Tensor]:
        """The probability of every value of every factor, for uint8 N x 128 x 128 x 3."""
        self.eval()
        batches = [self(to_tensor(pictures[i : i + 64])) for i in range(0, len(pictures), 64)]
        return {name: torch.cat([b[name] for b in batches]).softmax(1) for name in FACTORS}

    def sees(self, pictures: np.ndarray) -> list[dict[str, str]]:
        """The likeliest value of every factor, for each picture."""
        chances = self.chances(pictures)
        best = {name: chances[name].argmax(1).tolist() for name in FACTORS}
        return [{n: FACTORS[n][best[n][i]] for n in FACTORS} for i in range(len(pictures))]

    def accuracy(self, pictures: np.ndarray, scenes: list[Scene]) -> dict[str, float]:
        """How often it is right about drawings, for each factor."""
        seen, right = self.sees(pictures), {}
        for name in FACTORS:
            hits = [
                view[name] == getattr(scene, name)
                for view, scene in zip(seen, scenes, strict=True)
                if not (scene.subject == "none" and name in OF_THE_SUBJECT)
            ]
            right[name] = float(np.mean(hits))
        return right


def train(pictures: np.ndarray, scenes: list[Scene], path: Path, seconds: float) -> Judge:
    """Train for so many CPU seconds and save the weights at `path`."""
    torch.manual_seed(0)
    rng = np.random.RandomState(0)
    judge = Judge().to(memory_format=torch.channels_last).train()
    optimiser = torch.optim.AdamW(judge.parameters(), lr=RATE, weight_decay=1e-2)
    labels = _labels(scenes)
    began, step, shown = time.process_time(), 0, 60.0
    while (spent := time.process_time() - began) < seconds:
        pace = min(1, (step + 1) / 50) * (0.51 + 0.49 * np.cos(np.pi * spent / seconds))
        optimiser.param_groups[0]["lr"] = RATE * pace
        chosen = rng.randint(0, len(scenes), BATCH)
        scores = judge(_worn(to_tensor(pictures[chosen]), rng))
        losses = [
            F.cross_entropy(scores[name], labels[name][chosen], ignore_index=UNSEEN)
            for name in FACTORS
        ]
        loss = torch.stack(losses).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        step += 1
        if spent > shown:
            shown = spent + 60
            print(f"{spent:.0f} s, step {step}, loss {float(loss.detach()):.3f}", flush=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    torch.save(judge.state_dict(), path)
    return judge


def load(path: Path) -> Judge:
    judge = Judge().to(memory_format=torch.channels_last)
    judge.load_state_dict(torch.load(path, weights_only=True))
    return judge.eval()


def _worn(pictures: Tensor, rng: np.random.RandomState) -> Tensor:
    """Some blurred, some noisy: made pictures are softer than drawn ones."""
    draw = rng.rand()
    if draw < 0.25:
        pictures = F.interpolate(F.avg_pool2d(pictures, 2), scale_factor=2, mode="bilinear")
    elif draw < 0.4:
        pictures = F.avg_pool2d(pictures, 3, 1, 1)
    if rng.rand() < 0.4:
        pictures = pictures + torch.randn_like(pictures) * (0.06 * rng.rand())
    return pictures


def _labels(scenes: list[Scene]) -> dict[str, Tensor]:
    return {
        name: torch.tensor(
            [
                UNSEEN
                if scene.subject == "none" and name in OF_THE_SUBJECT
                else values.index(getattr(scene, name))
                for scene in scenes
            ]
        )
        for name, values in FACTORS.items()
    }


def _halving(inputs: int, outputs: int) -> list[nn.Module]:
    """Two convolutions that halve the size, each normalised."""
    return [
        nn.Conv2d(inputs, outputs, 3, 2, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
        nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(),
    ]
