"""The lower half of a scene: mountains, hills or forest behind, and the ground."""

from __future__ import annotations

import random

from tools.starter_model.canvas import Canvas, Colour, jitter, mix
from tools.starter_model.factors import Scene
from tools.starter_model.light import Light

GROUND = {
    "field": (96, 168, 66),
    "sea": (38, 104, 178),
    "desert": (226, 188, 112),
    "snow": (236, 242, 250),
}
HILLS = {
    "field": (70, 140, 70),
    "sea": (84, 134, 90),
    "desert": (206, 158, 92),
    "snow": (208, 220, 236),
}
BLACK, WHITE = (0, 0, 0), (255, 255, 255)


def draw_background(canvas: Canvas, scene: Scene, light: Light, rng: random.Random) -> None:
    if scene.background == "mountains":
        _draw_mountains(canvas, scene, light, rng)
    elif scene.background == "hills":
        colour = light.on(jitter(HILLS[scene.ground], rng))
        for hill in range(rng.randint(2, 3)):
            x, rx, ry = rng.random(), rng.uniform(0.25, 0.42), rng.uniform(0.14, 0.22)
            canvas.ellipse(x, light.horizon + 0.06, rx, ry, mix(colour, light.bottom, 0.12 * hill))
    elif scene.background == "forest":
        colour = light.on(jitter((34, 92, 56), rng))
        firs, foot = rng.randint(11, 15), light.horizon + 0.01
        for fir in range(firs):
            x = (fir + 0.5 + rng.uniform(-0.25, 0.25)) / firs
            top = light.horizon - rng.uniform(0.13, 0.21)
            sides = [(x - 0.055, foot), (x, top), (x + 0.055, foot)]
            canvas.polygon(sides, mix(colour, BLACK, rng.uniform(0, 0.2)))


def draw_ground(canvas: Canvas, scene: Scene, light: Light, rng: random.Random) -> None:
    colour = light.on(jitter(GROUND[scene.ground], rng, 9))
    if scene.ground == "sea" and scene.time == "sunset":
        colour = mix(colour, (240, 140, 90), 0.25)
    canvas.rectangle(0, light.horizon, 1, 1.02, colour)
    if scene.ground == "sea":
        for _ in range(14):
            x, y = rng.random(), rng.uniform(light.horizon + 0.03, 0.99)
            wave = [(x, y), (x + rng.uniform(0.04, 0.1), y)]
            canvas.line(wave, mix(colour, WHITE, 0.3), 0.008)
    elif scene.ground == "desert":
        for dune in range(2):
            shade = mix(colour, (150, 100, 50), 0.12 + 0.1 * dune)
            top = light.horizon + 0.2 + 0.15 * dune
            _draw_rise(canvas, rng.random(), top, rng.uniform(0.3, 0.5), 0.12, shade)
    elif scene.ground == "field":
        for _ in range(16):
            x, y = rng.random(), rng.uniform(light.horizon + 0.04, 0.98)
            canvas.line([(x, y), (x + 0.008, y - 0.03)], mix(colour, (20, 70, 20), 0.35), 0.008)
    else:
        shade = mix(colour, (150, 175, 215), 0.18)
        _draw_rise(canvas, rng.random(), light.horizon + 0.24, 0.5, 0.13, shade)


def _draw_rise(canvas: Canvas, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
    """A swelling of the ground: from there down, everything is of the colour."""
    canvas.ellipse(x, y, rx, ry, colour)
    canvas.rectangle(0, y, 1, 1.02, colour, outline=False)


def _draw_mountains(canvas: Canvas, scene: Scene, light: Light, rng: random.Random) -> None:
    snowy = scene.ground == "snow" or rng.random() < 0.5
    colour = light.on(jitter((104, 108, 132), rng, 12))
    peaks, foot = rng.randint(2, 4), light.horizon + 0.01
    for peak in range(peaks):
        x, height = (peak + rng.uniform(0.2, 0.8)) / peaks, rng.uniform(0.2, 0.36)
        half, top = height * rng.uniform(0.75, 1.1), light.horizon - height
        near = mix(colour, light.bottom, rng.uniform(0, 0.25))
        canvas.polygon([(x - half, foot), (x, top), (x + half, foot)], near)
        shade = mix(near, BLACK, 0.16)
        canvas.polygon([(x, top), (x + half, foot), (x + half * 0.2, foot)], shade, outline=False)
        if snowy:
            # Down a share of the height, with a notch in the middle.
            points = ((-0.3, 0.3), (0, 0), (0.3, 0.3), (0.12, 0.21), (0, 0.345), (-0.12, 0.21))
            cap = [(x + half * across, top + height * down) for across, down in points]
            canvas.polygon(cap, light.on((245, 248, 252)), outline=False)
