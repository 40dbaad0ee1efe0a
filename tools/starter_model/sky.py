"""The upper half of a scene: sky, stars, sun, moons, clouds, and falling weather."""

from __future__ import annotations

import math
import random

from tools.starter_model.canvas import Canvas, mix
from tools.starter_model.factors import Scene
from tools.starter_model.light import Light

BANDS = {"flat": 40, "sketch": 10, "watercolour": 30, "pixel": 8}
ACROSS = {"left": 0.2, "centre": 0.5, "right": 0.8}
CLOUD = {
    "day": (252, 253, 255),
    "sunset": (250, 190, 170),
    "night": (86, 94, 132),
    "overcast": (214, 217, 221),
}
PUFFS = ((-0.75, 0.1, 0.55), (0, -0.1, 0.75), (0.75, 0.1, 0.5), (0.3, 0.15, 0.6))
CRATERS = ((-0.3, -0.2, 0.2), (0.25, 0.2, 0.26), (0.2, -0.4, 0.13))


def draw_sky(canvas: Canvas, scene: Scene, light: Light, rng: random.Random) -> None:
    """Sky, stars, sun or moon, clouds: all that lies behind the land."""
    bands = BANDS[scene.style]
    for band in range(bands):
        top, bottom = light.horizon * band / bands, light.horizon * (band + 1) / bands + 0.02
        colour = mix(light.top, light.bottom, band / (bands - 1))
        canvas.rectangle(0, top, 1, bottom, colour, outline=False)
    canvas.rectangle(0, light.horizon, 1, 1, light.bottom, outline=False)
    if scene.time == "night":
        for _ in range(rng.randint(14, 30)):
            x, y = rng.random(), rng.random() * light.horizon * 0.9
            canvas.disc(x, y, rng.choice([0.0045, 0.006, 0.008]), (240, 240, 215), outline=False)
    _draw_celestial(canvas, scene, light, rng)
    if scene.weather in ("clouds", "rain", "snowfall") or scene.time == "overcast":
        _draw_clouds(canvas, scene, rng)


def draw_weather(canvas: Canvas, scene: Scene, rng: random.Random) -> None:
    """Birds, rain or snowflakes, in front of everything."""
    if scene.weather == "birds":
        colour = (190, 195, 215) if scene.time == "night" else (40, 40, 50)
        for _ in range(rng.randint(3, 6)):
            x, y, wing = rng.random(), rng.uniform(0.08, 0.4), rng.uniform(0.02, 0.034)
            tips = [(x - wing, y - wing * 0.5), (x, y), (x + wing, y - wing * 0.5)]
            canvas.line(tips, colour, 0.009)
    elif scene.weather == "rain":
        for _ in range(60):
            x, y = rng.random(), rng.random()
            canvas.line([(x, y), (x - 0.012, y + 0.05)], (188, 204, 226), 0.006)
    elif scene.weather == "snowfall":
        for _ in range(40):
            x, y, radius = rng.random(), rng.random(), rng.choice([0.006, 0.008, 0.011])
            canvas.disc(x, y, radius, (252, 252, 255), outline=False)


def _draw_celestial(canvas: Canvas, scene: Scene, light: Light, rng: random.Random) -> None:
    x = ACROSS[scene.celestial_position] + rng.uniform(-0.06, 0.06)
    radius, y = rng.uniform(0.06, 0.085), rng.uniform(0.13, 0.24)
    if scene.celestial == "sun":
        _draw_sun(canvas, scene, light, rng, x, y, radius)
    elif scene.celestial == "full moon":
        canvas.disc(x, y, radius, (244, 242, 220))
        for dx, dy, size in CRATERS:
            crater = (x + dx * radius, y + dy * radius, size * radius)
            canvas.disc(*crater, (214, 212, 192), outline=False)
    elif scene.celestial == "crescent moon":
        _draw_crescent(canvas, x, y, radius * 1.1, tilt=rng.uniform(-0.4, 0.4))


def _draw_sun(
    canvas: Canvas,
    scene: Scene,
    light: Light,
    rng: random.Random,
    x: float,
    y: float,
    radius: float,
) -> None:
    colour = (255, 226, 70)
    if scene.time == "sunset":
        y, colour = rng.uniform(0.26, 0.42), (255, 214, 110)
    if scene.time != "overcast":
        behind = mix(light.top, light.bottom, y / light.horizon)
        canvas.disc(x, y, radius * 1.5, mix(behind, colour, 0.35), outline=False)
    canvas.disc(x, y, radius, colour)
    if scene.style == "sketch":
        for ray in range(10):
            dx, dy = math.cos(2 * math.pi * ray / 10), math.sin(2 * math.pi * ray / 10)
            ends = [(x + dx * radius * far, y + dy * radius * far) for far in (1.2, 1.6)]
            canvas.line(ends, (230, 190, 60), 0.008)


def _draw_crescent(canvas: Canvas, x: float, y: float, radius: float, tilt: float) -> None:
    """A half circle, and back along a flatter arc over the same chord."""
    turns = [tilt - math.pi / 2 + math.pi * k / 14 for k in range(15)]
    outer = [(x + radius * math.cos(a), y + radius * math.sin(a)) for a in turns]
    inner = []
    for turn in reversed(turns):
        deep, along = radius * math.cos(turn - tilt) * 0.45, radius * math.sin(turn - tilt)
        dx = deep * math.cos(tilt) - along * math.sin(tilt)
        dy = deep * math.sin(tilt) + along * math.cos(tilt)
        inner.append((x + dx, y + dy))
    canvas.polygon(outer + inner, (248, 236, 170))


def _draw_clouds(canvas: Canvas, scene: Scene, rng: random.Random) -> None:
    colour = CLOUD[scene.time]
    if scene.weather == "rain":
        colour = mix(colour, (90, 95, 110), 0.5)
    for _ in range(rng.randint(2, 4)):
        x, y, width = rng.random(), rng.uniform(0.07, 0.32), rng.uniform(0.09, 0.15)
        for dx, dy, size in PUFFS:
            puff = (x + dx * width, y + dy * width, size * width, size * width * 0.62)
            canvas.ellipse(*puff, colour, outline=scene.style == "sketch" and dx != 0.3)
