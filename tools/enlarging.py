"""A small picture made larger with crisp edges and nothing new in it, for the public pages.

A shock filter (Osher and Rudin, 1990): on both sides of an edge, where the brightness bends, each
pixel drifts towards the nearer side, until what interpolation has blurred is sharp again.
"""

from typing import Any

import PIL.Image

SCALE, STEPS, SIGMA, SPEED = 4, 36, 2.5, 0.35
LUMA = (0.299, 0.587, 0.114)
STEEP = 400.0  # how sure a bend must be to move a pixel by a whole step


def enlarged(picture: PIL.Image.Image, side: int) -> PIL.Image.Image:
    """A square of `side` pixels."""
    import numpy as np

    size = (picture.width * SCALE, picture.height * SCALE)
    large = picture.convert("RGB").resize(size, PIL.Image.Resampling.BICUBIC)
    pixels = np.asarray(large, float) / 255
    for _ in range(STEPS):
        pixels = _stepped(np, pixels)
    sharp = PIL.Image.fromarray((np.clip(pixels, 0, 1) * 255).astype("uint8"))
    return sharp.resize((side, side), PIL.Image.Resampling.LANCZOS)


def _stepped(np: Any, pixels: Any) -> Any:
    down, right = np.gradient(_smoothed(np, pixels @ np.array(LUMA)))
    (down_down, _), (down_right, right_right) = np.gradient(down), np.gradient(right)
    across = right**2 * right_right + 2 * right * down * down_right + down**2 * down_down
    bend = np.tanh(across / (right**2 + down**2 + 1e-8) * STEEP)
    slopes = []
    for axis in (0, 1):
        step = np.diff(pixels, axis=axis)
        room = [(0, 0)] * 3
        room[axis] = (0, 1)
        ahead = np.pad(step, room)
        room[axis] = (1, 0)
        behind = np.pad(step, room)
        smaller = np.minimum(abs(ahead), abs(behind))
        slopes.append(np.where(ahead * behind > 0, smaller, 0))
    return pixels - SPEED * bend[..., None] * np.hypot(*slopes)


def _smoothed(np: Any, grey: Any) -> Any:
    reach = int(3 * SIGMA + 0.5)
    weights = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * SIGMA**2))
    weights /= weights.sum()
    for axis in (0, 1):
        room = [(0, 0), (0, 0)]
        room[axis] = (reach, reach)
        padded = np.pad(grey, room, mode="edge")
        grey = sum(
            weight * np.take(padded, range(place, place + grey.shape[axis]), axis=axis)
            for place, weight in enumerate(weights)
        )
    return grey
