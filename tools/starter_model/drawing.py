"""Draws a scene: everything from the back to the front, then the finish of its style."""

from __future__ import annotations

import random
from functools import partial

import numpy as np

from tools.starter_model.canvas import Canvas
from tools.starter_model.factors import Scene
from tools.starter_model.land import draw_background, draw_ground
from tools.starter_model.light import Light
from tools.starter_model.sky import draw_sky, draw_weather
from tools.starter_model.styles import canvas_pixels, finish
from tools.starter_model.subjects import draw_subject

ACROSS = {"left": 0.26, "centre": 0.5, "right": 0.74}
SCALE = {"small": (0.68, 0.84), "large": (1.12, 1.34)}


def draw(scene: Scene, size: int = 128) -> np.ndarray:
    """The scene's picture, uint8 size x size x 3; the same scene always gives the same picture."""
    rng = random.Random(scene.seed)
    canvas = Canvas(canvas_pixels(scene.style, size), rng, lines=scene.style == "sketch")
    light = Light.of(scene, rng)
    draw_sky(canvas, scene, light, rng)
    draw_background(canvas, scene, light, rng)
    draw_ground(canvas, scene, light, rng)
    x = ACROSS[scene.position] + rng.uniform(-0.05, 0.05)
    scale = rng.uniform(*SCALE[scene.size])
    put = partial(draw_subject, canvas, scene, light, rng)
    if scene.second != "none":
        second_x = 1 - x + rng.uniform(-0.04, 0.04)
        put(scene.second, scene.second_colour, x=second_x, scale=rng.uniform(0.65, 0.85))
    if scene.subject != "none":
        put(scene.subject, scene.colour, x=x, scale=scale)
    draw_weather(canvas, scene, rng)
    return finish(canvas, scene.style, size, rng)
