"""A sheet to draw on in unit coordinates: coloured fills and, for sketches, pencil lines."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from itertools import pairwise

from PIL import Image, ImageDraw

Point = tuple[float, float]
Colour = Sequence[float]  # red, green, blue in 0-255, possibly out of it before drawing


def mix(first: Colour, second: Colour, share: float) -> tuple[float, ...]:
    """The colour that lies so far (0 to 1) on the way from the first to the second."""
    return tuple(a + (b - a) * share for a, b in zip(first, second, strict=True))


def jitter(colour: Colour, rng: random.Random, by: float = 10) -> tuple[float, ...]:
    return tuple(value + rng.uniform(-by, by) for value in colour)


class Canvas:
    """`fills` is RGB; `lines` is the pencil's darkness (L), kept only if asked for."""

    def __init__(self, pixels: int, rng: random.Random, lines: bool) -> None:
        self.pixels, self.rng = pixels, rng
        self.fills = Image.new("RGB", (pixels, pixels))
        self.lines = Image.new("L", (pixels, pixels), 0) if lines else None
        self._fill = ImageDraw.Draw(self.fills)
        self._pencil = ImageDraw.Draw(self.lines) if self.lines else None

    def polygon(self, points: list[Point], colour: Colour, outline: bool = True) -> None:
        scaled = self._scaled(points)
        self._fill.polygon(scaled, fill=_whole(colour))
        if self._pencil:
            self._pencil.polygon(scaled, fill=0)  # hides the lines of what lies behind
            if outline:
                self._pencil_line([*scaled, scaled[0]])

    def ellipse(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, outline: bool = True
    ) -> None:
        turns = [2 * math.pi * k / 20 for k in range(20)]
        self.polygon([(x + rx * math.cos(a), y + ry * math.sin(a)) for a in turns], colour, outline)

    def disc(self, x: float, y: float, radius: float, colour: Colour, outline: bool = True) -> None:
        self.ellipse(x, y, radius, radius, colour, outline)

    def rectangle(
        self, x0: float, y0: float, x1: float, y1: float, colour: Colour, outline: bool = True
    ) -> None:
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour, outline)

    def line(self, points: list[Point], colour: Colour, width: float) -> None:
        scaled = self._scaled(points)
        self._fill.line(scaled, fill=_whole(colour), width=max(1, round(width * self.pixels)))
        if self._pencil:
            self._pencil.line(scaled, fill=160, width=max(1, round(self.pixels / 220)))

    def _pencil_line(self, points: list[Point]) -> None:
        """A line that trembles a little, as a hand's does."""
        tremble = self.pixels * 0.0025
        trembling: list[Point] = []
        for (x0, y0), (x1, y1) in pairwise(points):
            pieces = max(1, int(math.hypot(x1 - x0, y1 - y0) / (self.pixels * 0.06)))
            for piece in range(pieces):
                at = piece / pieces
                x = x0 + (x1 - x0) * at + self.rng.gauss(0, tremble)
                y = y0 + (y1 - y0) * at + self.rng.gauss(0, tremble)
                trembling.append((x, y))
        trembling.append(points[-1])
        width = max(1, round(self.pixels / 150))
        self._pencil.line(trembling, fill=215, width=width, joint="curve")

    def _scaled(self, points: list[Point]) -> list[Point]:
        return [(x * self.pixels, y * self.pixels) for x, y in points]


def _whole(colour: Colour) -> tuple[int, ...]:
    return tuple(int(max(0, min(255, round(value)))) for value in colour)
