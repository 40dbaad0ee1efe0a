"""Turns a drawn canvas into a picture: flat, pixel art, pencil sketch or watercolour."""

from __future__ import annotations

import random
from functools import cache

import numpy as np
from PIL import Image, ImageFilter

from tools.starter_model.canvas import Canvas

PENCIL_PAPER = np.array([247, 244, 236], np.float32)
WATERCOLOUR_PAPER = np.array([250, 248, 243], np.float32)


def canvas_pixels(style: str, size: int) -> int:
    """The canvas's side for a picture of so many pixels: doubled for smooth edges, or coarse."""
    if style != "pixel":
        return 2 * size
    return max(32, size // 2 if size <= 128 else size // 4)


def finish(canvas: Canvas, style: str, size: int, rng: random.Random) -> np.ndarray:
    """The picture: uint8 size x size x 3."""
    texture = rng.randint(0, 11)
    if style == "flat":
        return np.asarray(canvas.fills.reduce(2))
    if style == "pixel":
        coarse = np.round(np.asarray(canvas.fills, np.float32) / 20) * 20
        picture = Image.fromarray(np.clip(coarse, 0, 255).astype(np.uint8))
        return np.asarray(picture.resize((size, size), Image.Resampling.NEAREST))
    finished = _sketch(canvas, size) if style == "sketch" else _watercolour(canvas, size, texture)
    return np.clip(finished, 0, 255).astype(np.uint8)


def _sketch(canvas: Canvas, size: int) -> np.ndarray:
    """Pale colours on warm paper, hatched where it is dark, pencil lines above."""
    fills = np.asarray(canvas.fills.reduce(2), np.float32)
    lines = np.asarray(canvas.lines.reduce(2), np.float32)[..., None] / 255
    grey = fills.mean(2, keepdims=True)
    pale = PENCIL_PAPER * 0.42 + fills * 0.58 + (fills - grey) * 0.15
    shaded = 1 - _hatch(size)[..., None] * (1 - grey / 255) * 0.35
    return pale * shaded * (1 - lines * 0.8)


def _watercolour(canvas: Canvas, size: int, texture: int) -> np.ndarray:
    """Wavering edges, soft bleeding, uneven pigment, and a torn border of bare paper."""
    side = canvas.pixels
    dx = (_noise(side, 18, texture) * 0.022 + _noise(side, 50, texture + 20) * 0.008) * side
    dy = (_noise(side, 18, texture + 40) * 0.022 + _noise(side, 50, texture + 60) * 0.008) * side
    y, x = np.mgrid[0:side, 0:side]
    rows = np.clip(y + dy, 0, side - 1).astype(np.int32)
    columns = np.clip(x + dx, 0, side - 1).astype(np.int32)
    wavering = Image.fromarray(np.asarray(canvas.fills)[rows, columns]).reduce(2)
    soft = np.asarray(wavering.filter(ImageFilter.GaussianBlur(size / 150)), np.float32)
    wide = np.asarray(wavering.filter(ImageFilter.GaussianBlur(size / 40)), np.float32)
    pigment = 1 + 0.4 * _noise(size, 7, texture + 80) + 0.2 * _noise(size, 22, texture + 100)
    painted = 255 - (255 - soft) * 0.84 * pigment[..., None] - np.clip(wide - soft, 0, 60) * 0.45
    across = np.linspace(0, 1, size, dtype=np.float32)
    to_side = np.minimum(across, 1 - across)
    to_edge = np.minimum(to_side[None, :], to_side[:, None])
    torn = to_edge + _noise(size, 18, texture + 120) * 0.05 * 0.8
    covered = np.clip((torn - 0.028) / 0.02, 0, 1)[..., None]
    return WATERCOLOUR_PAPER * (1 - covered) + painted * covered


@cache
def _noise(side: int, cells: int, seed: int) -> np.ndarray:
    """Smooth noise in -0.5 to 0.5: float32 side x side."""
    grid = np.random.RandomState(seed).rand(cells + 1, cells + 1).astype(np.float32)
    image = Image.fromarray((grid * 255).astype(np.uint8))
    return np.asarray(image.resize((side, side), Image.Resampling.BICUBIC), np.float32) / 255 - 0.5


@cache
def _hatch(side: int, period: int = 8) -> np.ndarray:
    """Diagonal strokes; their period is the autoencoder's cell: every latent sees the same."""
    y, x = np.mgrid[0:side, 0:side].astype(np.float32)
    return np.clip(np.cos(2 * np.pi * (x + y) / period) * 1.3, 0, 1)
