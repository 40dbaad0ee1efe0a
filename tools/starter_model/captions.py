"""What people might type for a scene: synonyms, any order, gaps, and noise."""

from __future__ import annotations

import random
import string

from tools.starter_model.factors import Scene
from tools.starter_model.words import PRAISE, STRANGERS, WAYS_TO_SAY

# How often a caption names each factor.
CHANCES = {
    "style": 0.88,
    "time": 0.85,
    "celestial": 0.85,
    "celestial_position": 0.25,
    "background": 0.8,
    "ground": 0.75,
    "weather": 0.85,
    "subject": 0.96,
    "colour": 0.9,
    "size": 0.3,
    "position": 0.3,
    "second": 0.85,
    "second_colour": 0.85,
}
SETTING = ("ground", "celestial", "background", "time", "weather")


def caption(scene: Scene, rng: random.Random) -> tuple[str, dict[str, str]]:
    """A caption, and the factors that it names (by the names of `Scene`)."""
    words = _Words(scene, rng)
    parts = [part for factor in SETTING if (part := words.setting(factor))]
    if rng.random() < 0.6:
        rng.shuffle(parts)
    _add_noise(parts, rng)
    if subject := words.subject():
        parts.insert(0 if rng.random() < 0.8 else rng.randint(0, len(parts)), subject)
    return _join(parts, words.say("style"), rng), words.named


class _Words:
    """Words for one scene, remembering which factors they name."""

    def __init__(self, scene: Scene, rng: random.Random) -> None:
        self.scene, self.rng, self.named = scene, rng, {}

    def say(self, factor: str, like: str | None = None) -> str:
        """A way to say the factor, by the words of the factor that it is `like`; "" if left out."""
        value = getattr(self.scene, factor)
        if value == "none" or self.rng.random() >= CHANCES[factor]:
            return ""
        self.named[factor] = value
        ways = WAYS_TO_SAY.get(like or factor)
        return self.rng.choice(ways[value]) if ways else value

    def setting(self, factor: str) -> str:
        words = self.say(factor)
        if words and factor == "celestial":
            words = f"{words} {self.say('celestial_position', like='position')}"
        return words.strip()

    def subject(self) -> str:
        if not (noun := self.say("subject")):
            return ""
        words = _phrase("a", self.say("size"), self.say("colour"), noun, self.say("position"))
        if second := self.say("second", like="subject"):
            joint = self.rng.choice([" and ", ", ", " next to ", " with "])
            words += joint + _phrase("a", self.say("second_colour", like="colour"), second)
        return words


def _phrase(article: str, *words: str) -> str:
    said = [word for word in words if word]
    return " ".join(["an" if said[0][0] in "aeiou" else article, *said])


def _add_noise(parts: list[str], rng: random.Random) -> None:
    """Words that change nothing, at random places: praise, strangers, and letters in no order."""
    noise = [rng.choice(PRAISE)] if rng.random() < 0.2 else []
    if rng.random() < 0.15:
        noise.append(" ".join(rng.choices(STRANGERS, k=rng.randint(1, 3))))
    if rng.random() < 0.05:
        noise.append("".join(rng.choices(string.ascii_lowercase, k=rng.randint(3, 7))))
    for words in noise:
        parts.insert(rng.randint(0, len(parts)), words)


def _join(parts: list[str], style: str, rng: random.Random) -> str:
    body = rng.choice([", ", ", ", " ", " with " if len(parts) == 2 else ", "]).join(parts)
    draw = rng.random()
    if style and draw < 0.35:
        body = style + rng.choice([" of ", ", ", ": "]) + body
    elif style:
        body += rng.choice([", ", " ", ", in " if not style.startswith("in ") else ", "]) + style
    elif draw < 0.25:
        body = rng.choice(["a picture of ", "an image of ", "picture of "]) + body
    return body.strip(" ,:")
