"""Reads prompts: this site's forbidden words, and the one rule that no setting switches off."""

from functools import lru_cache

from generation.models import ForbiddenWord, Reason
from generation.safety import levels
from generation.safety.finding import Finding
from generation.safety.spelling import phrase, readings, says

CHECKER = "words"

# Sexual content with minors is refused at every level: both kinds of words in one prompt.
MINORS = (
    "child|children|kid|toddler|baby|infant|minor|underage|under age|preteen|pre teen|tween|teen"
    "|teenager|teenage|adolescent|schoolgirl|schoolboy|school girl|school boy|little girl"
    "|little boy|young girl|young boy|loli|lolita|shota|elementary school|middle school"
    "|kindergarten|year old girl|year old boy"
).split("|")
SEXUAL = (
    "nude|naked|nudity|sex|sexual|sexy|sexualized|erotic|erotica|porn|porno|pornographic|nsfw"
    "|hentai|topless|undressed|unclothed|lingerie|genital|genitals|penis|vagina|breasts|nipple"
    "|nipples|orgasm|masturbating|masturbation|intercourse|seductive|fetish|bondage|lewd"
).split("|")


def check(text: str, level: str) -> Finding | None:
    """The gravest thing that is wrong with a prompt at this level, or None."""
    read = readings(text)
    forbidden = list(ForbiddenWord.objects.filter(is_active=True))
    sexual = [*SEXUAL, *(word.text for word in forbidden if word.reason == Reason.SEXUAL)]
    minor, lewd = _first(read, MINORS), _first(read, sexual)
    if minor and lewd:
        return Finding(Reason.MINORS, CHECKER, {"words": [minor, lewd]})
    for word in forbidden:
        if levels.applies(word.level, level) and _first(read, [word.text]):
            return Finding(Reason(word.reason), CHECKER, {"words": [word.text]})
    return None


def _first(read: list[str], texts: list[str]) -> str | None:
    return next(
        (text for text in texts if any(says(reading, _phrase(text)) for reading in read)), None
    )


@lru_cache(maxsize=10_000)
def _phrase(text: str) -> str:
    return phrase(text)
