"""The starter's world: what a scene is made of, and how often each thing occurs."""

from __future__ import annotations

import random
from dataclasses import dataclass

FACTORS: dict[str, tuple[str, ...]] = {
    "style": ("flat", "sketch", "pixel", "watercolour"),
    "time": ("day", "sunset", "night", "overcast"),
    "celestial": ("none", "sun", "full moon", "crescent moon"),
    "background": ("none", "mountains", "hills", "forest"),
    "ground": ("field", "sea", "desert", "snow"),
    "subject": (
        *("none", "house", "tree", "boat", "balloon"),
        *("lighthouse", "castle", "car", "tent"),
    ),
    "colour": ("red", "orange", "yellow", "green", "blue", "purple", "pink", "white", "black"),
    "position": ("left", "centre", "right"),
    "size": ("small", "large"),
    "weather": ("none", "clouds", "birds", "rain", "snowfall"),
}

# Chances in the order of the values above.
TIME_CHANCES = (0.34, 0.26, 0.30, 0.10)
CELESTIAL_CHANCES = {
    "day": (0.25, 0.65, 0.06, 0.04),
    "sunset": (0.20, 0.70, 0.06, 0.04),
    "night": (0.20, 0.00, 0.45, 0.35),
    "overcast": (0.94, 0.02, 0.02, 0.02),
}
BACKGROUND_CHANCES = (0.28, 0.30, 0.24, 0.18)
SUBJECT_CHANCES = (0.08, *(0.115,) * 8)
WEATHER_CHANCES = (0.45, 0.25, 0.12, 0.09, 0.09)
SECOND_CHANCES = (0.78, 0.03, 0.07, 0.02, 0.05, 0.02, 0.00, 0.01, 0.02)
GREEN_TREES = 0.3  # on top of the trees that are green by chance


@dataclass(frozen=True, slots=True)
class Scene:
    """One scene by its factors; `seed` decides everything that no caption names."""

    style: str
    time: str
    celestial: str
    background: str
    ground: str
    subject: str
    colour: str
    position: str
    size: str
    weather: str
    celestial_position: str
    second: str
    second_colour: str
    seed: int


def sample(rng: random.Random) -> Scene:
    """A scene drawn by the chances above."""
    style = rng.choice(FACTORS["style"])
    time = rng.choices(FACTORS["time"], TIME_CHANCES)[0]
    celestial = rng.choices(FACTORS["celestial"], CELESTIAL_CHANCES[time])[0]
    background = rng.choices(FACTORS["background"], BACKGROUND_CHANCES)[0]
    ground = rng.choice(FACTORS["ground"])
    subject = rng.choices(FACTORS["subject"], SUBJECT_CHANCES)[0]
    colour = rng.choice(FACTORS["colour"])
    if subject == "tree" and rng.random() < GREEN_TREES:
        colour = "green"
    position, size = rng.choice(FACTORS["position"]), rng.choice(FACTORS["size"])
    weather = rng.choices(FACTORS["weather"], WEATHER_CHANCES)[0]
    celestial_position = rng.choice(FACTORS["position"])
    second = rng.choices(FACTORS["subject"], SECOND_CHANCES)[0]
    second_colour = (
        rng.choice(FACTORS["colour"]) if second != "tree" or rng.random() < 0.4 else "green"
    )
    if "boat" in (subject, second):
        ground = "sea"
    if subject == "none":
        second = "none"
    if second != "none" and position == "centre":
        position = rng.choice(["left", "right"])
    if second == subject:
        second = "none"
    return Scene(
        style=style,
        time=time,
        celestial=celestial,
        background=background,
        ground=ground,
        subject=subject,
        colour=colour,
        position=position,
        size=size,
        weather=weather,
        celestial_position=celestial_position,
        second=second,
        second_colour=second_colour,
        seed=rng.getrandbits(31),
    )
