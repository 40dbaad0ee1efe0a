"""How the hour colours things."""

from __future__ import annotations

import random
from dataclasses import dataclass

from tools.starter_model.canvas import Colour, jitter, mix
from tools.starter_model.factors import Scene

SKY = {  # at the top, at the horizon
    "day": ((84, 158, 232), (196, 228, 250)),
    "sunset": ((112, 62, 128), (255, 166, 74)),
    "night": ((10, 13, 40), (36, 46, 96)),
    "overcast": ((118, 126, 138), (186, 190, 196)),
}
TINT = {  # colour of the light, how much of it, how bright
    "day": ((255, 255, 255), 0.0, 1.0),
    "sunset": ((255, 140, 70), 0.22, 0.9),
    "night": ((30, 40, 110), 0.35, 0.55),
    "overcast": ((150, 155, 165), 0.25, 0.88),
}
OBJECTS_SHARE = 0.45  # of the tint, so that an object's colour can still be named


@dataclass(frozen=True, slots=True)
class Light:
    """One scene's light: sky colours, and the height (0 at the top, 1 below) of its horizon."""

    time: str
    top: Colour
    bottom: Colour
    horizon: float

    @classmethod
    def of(cls, scene: Scene, rng: random.Random) -> Light:
        top, bottom = SKY[scene.time]
        top, bottom = jitter(top, rng, 9), jitter(bottom, rng, 9)
        return cls(scene.time, top, bottom, rng.uniform(0.56, 0.68))

    def on(self, colour: Colour) -> Colour:
        """The colour of far and wide things in this light."""
        tint, share, brightness = TINT[self.time]
        return tuple(value * brightness for value in mix(colour, tint, share))

    def on_object(self, colour: Colour) -> Colour:
        """The colour of a thing that a prompt may name."""
        tint, share, brightness = TINT[self.time]
        brightness = 1 - (1 - brightness) * OBJECTS_SHARE
        return tuple(value * brightness for value in mix(colour, tint, share * OBJECTS_SHARE))
