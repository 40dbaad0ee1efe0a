"""The things a prompt asks for: house, tree, boat, balloon, lighthouse, castle, car, tent."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace

from tools.starter_model.canvas import Canvas, Colour, jitter, mix
from tools.starter_model.factors import Scene
from tools.starter_model.light import Light

PAINT = {
    "red": (214, 40, 36),
    "orange": (240, 130, 28),
    "yellow": (246, 212, 44),
    "green": (46, 150, 62),
    "blue": (40, 90, 214),
    "purple": (128, 54, 178),
    "pink": (245, 130, 180),
    "white": (244, 244, 240),
    "black": (36, 36, 42),
}
WHITE, BLACK = (255, 255, 255), (0, 0, 0)
TREE_CROWN = ((-0.085, -0.25, 0.1), (0.085, -0.25, 0.1), (0, -0.35, 0.125), (0, -0.24, 0.1))


@dataclass(frozen=True, slots=True)
class Pen:
    """Draws one subject in its own units: x from its middle, y upwards from its foot, scaled."""

    canvas: Canvas
    light: Light
    rng: random.Random
    paint: str  # the colour's name
    colour: Colour
    x: float
    foot: float
    scale: float

    @property
    def dark(self) -> Colour:
        return mix(self.colour, BLACK, 0.28)

    @property
    def pale(self) -> Colour:
        return mix(self.colour, WHITE, 0.3)

    @property
    def wood(self) -> Colour:
        return self.light.on_object((112, 72, 42))

    @property
    def window(self) -> Colour:
        lit = self.light.time == "night"
        return (255, 226, 110) if lit else self.light.on_object((176, 214, 236))

    def at(self, foot: float) -> Pen:
        """The same pen with its foot at another height of the picture."""
        return replace(self, foot=foot)

    def polygon(self, points: list[tuple[float, float]], colour: Colour) -> None:
        self.canvas.polygon([self._place(x, y) for x, y in points], colour)

    def box(
        self, x0: float, y0: float, x1: float, y1: float, colour: Colour, outline: bool = True
    ) -> None:
        self.canvas.rectangle(*self._place(x0, y1), *self._place(x1, y0), colour, outline)

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, outline: bool = True
    ) -> None:
        sizes = rx * self.scale, ry * self.scale
        self.canvas.ellipse(*self._place(x, y), *sizes, colour, outline)

    def line(self, points: list[tuple[float, float]], colour: Colour, width: float) -> None:
        """`width` is in the picture's units, unscaled."""
        self.canvas.line([self._place(x, y) for x, y in points], colour, width)

    def _place(self, x: float, y: float) -> tuple[float, float]:
        return self.x + x * self.scale, self.foot - y * self.scale


def draw_subject(
    canvas: Canvas,
    scene: Scene,
    light: Light,
    rng: random.Random,
    subject: str,
    paint: str,
    *,
    x: float,
    scale: float,
) -> None:
    """Put one subject on the ground (in the sea: on a sandbank) at x (0 to 1)."""
    colour = light.on_object(jitter(PAINT[paint], rng, 8))
    foot = light.horizon + rng.uniform(0.13, 0.2)
    if scene.ground == "sea" and subject not in ("boat", "balloon"):
        sand = light.on((206, 186, 120))
        canvas.ellipse(x, foot + 0.03, 0.27 * max(scale, 0.8) + 0.05, 0.075, sand)
    SUBJECTS[subject](Pen(canvas, light, rng, paint, colour, x, foot, scale))


def _house(pen: Pen) -> None:
    roof = (90, 90, 96) if pen.paint == "black" else pen.dark
    pen.box(-0.17, 0, 0.17, 0.2, pen.colour)
    brown = pen.light.on_object((96, 64, 52))
    pen.polygon([(-0.204, 0.2), (0, 0.37), (0.204, 0.2)], mix(roof, brown, 0.55))
    pen.box(-0.035, 0, 0.035, 0.12, pen.wood)
    for x in (-0.1, 0.1):
        pen.box(x - 0.032, 0.085, x + 0.032, 0.155, pen.window)


def _tree(pen: Pen) -> None:
    pen.box(-0.025, 0, 0.025, 0.2, pen.wood)
    shade = mix(pen.colour, pen.dark, 0.35)
    for x, y, radius in TREE_CROWN:
        outline = x != 0 or y < -0.3
        pen.ellipse(x, -y, radius, radius, shade if x > 0 else pen.colour, outline)


def _boat(pen: Pen) -> None:
    pen = pen.at(pen.foot + 0.05)
    pen.polygon([(-0.2, 0.085), (0.2, 0.085), (0.13, 0), (-0.13, 0)], pen.colour)
    pen.line([(0, 0.085), (0, 0.42)], pen.wood, 0.016)
    pen.polygon([(0.015, 0.41), (0.015, 0.11), (0.17, 0.11)], pen.pale)
    pen.polygon([(-0.015, 0.37), (-0.015, 0.11), (-0.12, 0.11)], pen.colour)


def _balloon(pen: Pen) -> None:
    pen = pen.at(pen.rng.uniform(0.28, 0.4))  # of the middle of the envelope
    for side in (-1, 1):
        pen.line([(side * 0.08, -0.1), (side * 0.03, -0.22)], pen.wood, 0.008)
    pen.polygon([(-0.13, -0.05), (0.13, -0.05), (0.04, -0.18), (-0.04, -0.18)], pen.colour)
    pen.ellipse(0, 0, 0.145, 0.15, pen.colour)
    pen.ellipse(0, -0.01, 0.055, 0.15, pen.pale)
    pen.box(-0.035, -0.28, 0.035, -0.22, pen.wood)


def _lighthouse(pen: Pen) -> None:
    other = (200, 60, 50) if pen.paint == "white" else (246, 246, 242)
    bands = (pen.colour, pen.light.on_object(other)) * 2
    for band, colour in enumerate(bands):
        low, high = band / 4, (band + 1) / 4
        wide, narrow = 0.075 - 0.025 * low, 0.075 - 0.025 * high
        y0, y1 = 0.46 * low, 0.46 * high
        pen.polygon([(-wide, y0), (wide, y0), (narrow, y1), (-narrow, y1)], colour)
    pen.box(-0.04, 0.46, 0.04, 0.525, (255, 230, 120))
    pen.polygon([(-0.06, 0.52), (0, 0.58), (0.06, 0.52)], pen.dark)


def _castle(pen: Pen) -> None:
    pen.box(-0.17, 0, 0.17, 0.2, pen.colour)
    roof = mix(pen.dark, pen.light.on_object((80, 60, 90)), 0.5)
    for x in (-0.17, 0.17):
        pen.box(x - 0.055, 0, x + 0.055, 0.32, mix(pen.colour, pen.dark, 0.3))
        pen.polygon([(x - 0.07, 0.32), (x, 0.44), (x + 0.07, 0.32)], roof)
    for x in (-0.08, 0, 0.08):
        pen.box(x - 0.02, 0.195, x + 0.02, 0.235, pen.colour, outline=False)
    gate = pen.light.on_object((50, 38, 34))
    pen.ellipse(0, 0.1, 0.045, 0.045, gate)
    pen.box(-0.045, 0, 0.045, 0.1, gate, outline=False)


def _car(pen: Pen) -> None:
    pen = pen.at(pen.foot + 0.03)
    pen.polygon([(-0.12, 0.12), (-0.08, 0.215), (0.07, 0.215), (0.125, 0.12)], pen.colour)
    pen.polygon([(-0.085, 0.125), (-0.06, 0.19), (-0.008, 0.19), (-0.008, 0.125)], pen.window)
    pen.polygon([(0.008, 0.125), (0.008, 0.19), (0.06, 0.19), (0.095, 0.125)], pen.window)
    pen.box(-0.22, 0.04, 0.22, 0.13, pen.colour)
    for x in (-0.13, 0.13):
        pen.ellipse(x, 0.035, 0.048, 0.048, (28, 28, 30))
        pen.ellipse(x, 0.035, 0.02, 0.02, (170, 170, 175), outline=False)


def _tent(pen: Pen) -> None:
    pen.polygon([(-0.21, 0), (0, 0.26), (0.21, 0)], pen.colour)
    inside = mix(pen.dark, (20, 16, 20), 0.45)
    pen.polygon([(-0.07, 0), (0, 0.24), (0.07, 0)], inside)


SUBJECTS: dict[str, Callable[[Pen], None]] = {
    "house": _house,
    "tree": _tree,
    "boat": _boat,
    "balloon": _balloon,
    "lighthouse": _lighthouse,
    "castle": _castle,
    "car": _car,
    "tent": _tent,
}
