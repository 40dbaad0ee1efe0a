"""The 24 prompts that measure obedience; their combinations are kept out of all training."""

from __future__ import annotations

from typing import NamedTuple

from tools.starter_model.factors import Scene

# A prompt; below it subject/colour/time/style, together kept out, and what else it names.
_TABLE = """
a red house under a full moon, night, watercolour
  house/red/night/watercolour; celestial=full moon
a yellow boat on the sea at sunset, flat illustration
  boat/yellow/sunset/flat; ground=sea
pixel art of a blue castle in the snow, day, mountains
  castle/blue/day/pixel; ground=snow; background=mountains
pencil sketch of a green tent in the desert, sun, day
  tent/green/day/sketch; ground=desert; celestial=sun
a large pink balloon over rolling hills, day, flat
  balloon/pink/day/flat; background=hills; size=large
a white lighthouse by the sea, overcast, watercolour painting
  lighthouse/white/overcast/watercolour; ground=sea
a black car on the left, desert, sunset, pixel art
  car/black/sunset/pixel; ground=desert; position=left
an orange tree in a meadow, night, crescent moon, flat
  tree/orange/night/flat; ground=field; celestial=crescent moon
a purple house in the snow, forest in the background, day, sketch
  house/purple/day/sketch; ground=snow; background=forest
a red boat on the ocean, night, full moon, pixel art
  boat/red/night/pixel; ground=sea; celestial=full moon
watercolour of a yellow tent in a green field, mountains, sunset
  tent/yellow/sunset/watercolour; ground=field; background=mountains
a blue car in a field, sun, day, flat illustration
  car/blue/day/flat; ground=field; celestial=sun
hand-drawn sketch, a red lighthouse on the right, sea, clouds, sunset
  lighthouse/red/sunset/sketch; ground=sea; weather=clouds; position=right
a green balloon, desert, night, pixel art
  balloon/green/night/pixel; ground=desert
a pink castle on the sea, day, sun, watercolor
  castle/pink/day/watercolour; ground=sea; celestial=sun
a small white house in the desert at night, flat
  house/white/night/flat; ground=desert; size=small
a blue tree on the right, snow, overcast, pixel art
  tree/blue/overcast/pixel; ground=snow; position=right
an orange car in the snow, night, sketch
  car/orange/night/sketch; ground=snow
a purple boat on the left, sea, mountains, day, watercolour
  boat/purple/day/watercolour; ground=sea; background=mountains; position=left
a red balloon at sunset, field, birds, flat
  balloon/red/sunset/flat; ground=field; weather=birds
pixel art, a purple tent in the forest, field, night, crescent moon
  tent/purple/night/pixel; ground=field; background=forest; celestial=crescent moon
a black castle, full moon, night, sketch
  castle/black/night/sketch; celestial=full moon
a green lighthouse in the snow, day, flat design
  lighthouse/green/day/flat; ground=snow
a large orange house in a meadow, hills, sunset, watercolour
  house/orange/sunset/watercolour; ground=field; background=hills; size=large
"""
_COMBINED = ("subject", "colour", "time", "style")


class Held(NamedTuple):
    """A prompt and the factors that it names."""

    prompt: str
    factors: dict[str, str]

    @classmethod
    def parse(cls, prompt: str, named: str) -> Held:
        combined, *others = named.strip().split("; ")
        factors = dict(zip(_COMBINED, combined.split("/"), strict=True))
        return cls(prompt, factors | dict(other.split("=") for other in others))


_LINES = _TABLE.strip().splitlines()
HELD_OUT = tuple(Held.parse(*pair) for pair in zip(_LINES[::2], _LINES[1::2], strict=True))
_KEPT_OUT = {tuple(held.factors[factor] for factor in _COMBINED) for held in HELD_OUT}


def is_held_out(scene: Scene) -> bool:
    """Whether the scene's subject, or the second one, is of a held-out combination."""
    first = (scene.subject, scene.colour, scene.time, scene.style)
    second = (scene.second, scene.second_colour, scene.time, scene.style)
    return first in _KEPT_OUT or second in _KEPT_OUT
