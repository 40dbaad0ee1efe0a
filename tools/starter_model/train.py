"""Trains the denoiser on latents until its time is over."""

from __future__ import annotations

import random
import time
from pathlib import Path

import torch
from torch import Tensor

from tools.starter_model.captions import caption
from tools.starter_model.factors import Scene
from tools.starter_model.run import HELD_BACK, Run


def train(
    run: Run,
    latents: Tensor,
    scenes: list[Scene],
    checkpoint: Path,
    seconds: float,
    decay: float = 0.3,
    every: float = 180.0,
) -> None:
    """Train for so many seconds of wall time, saving every so many.

    The rate falls to 2 % over the last `decay` share of them.
    """
    began, saved, mean = time.monotonic(), 0.0, None
    before = run.seconds
    while (spent := run.team.agree(time.monotonic() - began)) < seconds:
        left = 1 - spent / seconds
        loss = run.learn(latents, scenes, pace=0.02 + 0.98 * min(1.0, left / max(decay, 1e-6)))
        mean = loss if mean is None else mean + (loss - mean) / 100
        run.seconds = before + time.monotonic() - began
        if run.team.rank == 0 and spent > saved + every:
            saved = spent
            run.save(checkpoint)
            print(
                f"{run.seconds:.0f} s, step {run.step}, loss {mean:.4f}, "
                f"validation {validate(run, latents, scenes):.4f}",
                flush=True,
            )
    if run.team.rank:
        return
    run.save(checkpoint)
    validated = validate(run, latents, scenes)
    print(f"end {run.seconds:.0f} s, step {run.step}, validation {validated:.4f}", flush=True)


@torch.no_grad()
def validate(run: Run, latents: Tensor, scenes: list[Scene]) -> float:
    """The averaged weights' loss on the held-back scenes, always with the same noise."""
    fixed = torch.Generator().manual_seed(7)
    steps = torch.randperm(HELD_BACK, generator=fixed) * 1000 // HELD_BACK
    noise = torch.randn(HELD_BACK, *latents.shape[1:], generator=fixed)
    rng = random.Random(1)
    texts = [caption(scene, rng)[0] for scene in scenes[:HELD_BACK]]
    run.swap()
    losses = [
        run.loss(latents[s].float(), texts[s], steps[s], noise[s])
        for s in (slice(i, i + 32) for i in range(0, HELD_BACK, 32))
    ]
    run.swap()
    return float(torch.cat(losses).mean())
