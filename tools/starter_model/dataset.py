"""The scenes that are trained on, by number of seed: without the held-out combinations."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice

import numpy as np
import torch
from diffusers import AutoencoderTiny
from torch import Tensor

from tools.starter_model import factors
from tools.starter_model.drawing import draw
from tools.starter_model.factors import Scene
from tools.starter_model.heldout import is_held_out

SIZE = 128  # pixels, each way
# Seeds of the sets, so that no two of them share scenes.
AUTOENCODER, DENOISER, JUDGE, TEST = 100, 200, 300, 400


def scenes(seed: int, count: int) -> list[Scene]:
    """The first scenes of a seed's endless row."""
    return list(islice(_endless(seed), count))


def pictures(chosen: list[Scene]) -> np.ndarray:
    """Drawn scenes: uint8 N x 128 x 128 x 3, about 3 ms and 48 KiB each."""
    return np.stack([draw(scene, SIZE) for scene in chosen])


@torch.no_grad()
def latents(vae: AutoencoderTiny, chosen: list[Scene]) -> Tensor:
    """Drawn and encoded scenes: float16 N x 4 x 16 x 16."""
    encoded = []
    for start in range(0, len(chosen), 32):
        drawn = to_tensor(pictures(chosen[start : start + 32]))
        encoded.append(vae.encode(drawn).latents.half())
    return torch.cat(encoded).contiguous()


def to_tensor(drawn: np.ndarray) -> Tensor:
    """uint8 N x H x W x 3 to float32 N x 3 x H x W in [-1, 1]."""
    tensor = torch.from_numpy(np.ascontiguousarray(drawn)).permute(0, 3, 1, 2).float()
    return tensor.div(127.5).sub(1).contiguous(memory_format=torch.channels_last)


def _endless(seed: int) -> Iterator[Scene]:
    rng = random.Random(seed)
    while True:
        scene = factors.sample(rng)
        if not is_held_out(scene):
            yield scene
