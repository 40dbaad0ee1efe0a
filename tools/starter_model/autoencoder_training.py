"""Trains the autoencoder: both halves, then (the encoder whitened and frozen) the decoder alone."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch import Tensor
from torch.nn import functional as F

from tools.starter_model import muon
from tools.starter_model.autoencoder import CELL
from tools.starter_model.dataset import to_tensor

RATE = 1e-3  # 4e-3 was worse than the mean colours it starts from
BATCH, CROP = 16, 64
NOISE = 0.1  # at most, in latents of unit size: the denoiser's latents are never exact


def train(
    vae: AutoencoderTiny,
    pictures: np.ndarray,
    held: np.ndarray,
    seconds: float,
    *,
    decoder_only: bool = False,
    save: Callable[[], None] = lambda: None,
) -> None:
    """Train in place for so many CPU seconds on uint8 N x H x W x 3, saving every minute."""
    torch.manual_seed(int(decoder_only))
    rng = np.random.RandomState(int(decoder_only))
    vae.to(memory_format=torch.channels_last).train()
    vae.encoder.requires_grad_(not decoder_only)
    ends = [half.layers[end].weight for half in (vae.encoder, vae.decoder) for end in (0, -1)]
    optimisers = muon.optimisers([vae], RATE, ends)
    parameters = [weight for weight in vae.parameters() if weight.requires_grad]
    began, step, mean, shown = time.process_time(), 0, 0.0, 0.0
    while (spent := time.process_time() - began) < seconds:
        pace = min(1, (step + 1) / 100) * (0.515 + 0.485 * np.cos(np.pi * spent / seconds))
        for group in (group for optimiser in optimisers for group in optimiser.param_groups):
            group["lr"] = RATE * pace
        wanted = crops(pictures, rng)
        with torch.set_grad_enabled(not decoder_only):
            latents = vae.encode(wanted).latents
        noisy = latents + torch.randn_like(latents) * (NOISE * rng.rand())
        loss = difference(vae.decode(noisy).sample, wanted)
        if not decoder_only:
            loss = loss + 0.02 * unwhiteness(latents)
        vae.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimiser in optimisers:
            optimiser.step()
        step += 1
        mean += (float(loss.detach()) - mean) / min(step, 100)
        if spent > shown:
            shown = spent + 60
            decibels = fidelity(vae, held[:64])
            print(f"{spent:.0f} s, step {step}, loss {mean:.4f}, {decibels:.2f} dB", flush=True)
            save()
    save()


def crops(pictures: np.ndarray, rng: np.random.RandomState) -> Tensor:
    """Random crops on the latent grid: 16 x 3 x 64 x 64 in [-1, 1]."""
    places = (pictures.shape[1] - CROP) // CELL + 1
    picked = []
    for _ in range(BATCH):
        top, left = rng.randint(0, places, 2) * CELL
        # Never mirrored: the sketches' hatching has one direction, which a cell needn't encode.
        picked.append(pictures[rng.randint(len(pictures)), top : top + CROP, left : left + CROP])
    return to_tensor(np.stack(picked))


def difference(made: Tensor, wanted: Tensor) -> Tensor:
    """What a viewer minds: level, edges, and colour (plain errors undercount it)."""
    made_colour = made - made.mean(1, keepdim=True)
    wanted_colour = wanted - wanted.mean(1, keepdim=True)
    edges = [(made.diff(dim=axis) - wanted.diff(dim=axis)).abs().mean() for axis in (2, 3)]
    wide_colour = (F.avg_pool2d(made_colour, 4) - F.avg_pool2d(wanted_colour, 4)).abs().mean()
    return (
        (made - wanted).abs().mean()
        + 0.5 * (made - wanted).square().mean()
        + 0.5 * sum(edges)
        + 1.5 * wide_colour
        + 0.5 * (made_colour - wanted_colour).abs().mean()
    )


def unwhiteness(latents: Tensor) -> Tensor:
    """How far latents (N x 4 x h x w) are from mean 0 and identity covariance."""
    flat = latents.permute(0, 2, 3, 1).reshape(-1, 4)
    return flat.mean(0).square().sum() + (torch.cov(flat.T) - torch.eye(4)).square().sum()


@torch.no_grad()
def fidelity(vae: AutoencoderTiny, pictures: np.ndarray) -> float:
    """Mean peak signal-to-noise ratio of pictures that went through the autoencoder, in dB."""
    ratios = []
    for start in range(0, len(pictures), 16):
        wanted = to_tensor(pictures[start : start + 16])
        made = vae.decode(vae.encode(wanted).latents).sample.clamp(-1, 1)
        ratios.append(-10 * ((made - wanted) / 2).square().mean((1, 2, 3)).log10())
    return float(torch.cat(ratios).mean())
