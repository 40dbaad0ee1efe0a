"""Reads prompts: this site's forbidden words, and the one rule that no setting switches off.

A list of words understands no sentences. Both kinds of mistakes are for staff to mend: by words
of their own, and by withdrawing decisions.
"""

import re
from functools import lru_cache

from generation.models import ForbiddenWord, Reason
from generation.safety import levels
from generation.safety.finding import Finding
from generation.safety.spelling import Read, phrase, read
from pixazo.prepared import Rows

CHECKER = "words"
Forbidden = list[tuple[str, str, str, str]]  # as it is read, text, reason, level
_FORBIDDEN: Rows[tuple[str, str, str]] = Rows(
    lambda: ForbiddenWord.objects.filter(is_active=True).values_list("text", "reason", "level")
)

# Sexual content with minors is refused at every level: both kinds of words in one prompt.
MINORS = frozenset(
    "child|children|kid|kiddo|toddler|infant|minor|underage|underaged|under age|preteen|pre teen"
    "|tween|teen|teenager|teenage|adolescent|prepubescent|pubescent|schoolgirl|schoolboy"
    "|school girl|school boy|little girl|little boy|young girl|young boy|loli|lolita|lolicon"
    "|shota|shotacon|elementary school|middle school|kindergarten|kindergartner|preschooler"
    "|baby girl|baby boy".split("|")
)
# "12 year old", "12-year-old", "9yo", "14 y.o.", "aged 13", "age 12".
AGE = re.compile(
    r" (?:(?:[1-9]|1[0-7]) ?(?:yo|y o|yr old|yrs old|years? old|year olds?)"
    r"|aged? (?:[1-9]|1[0-7])|(?:[1-9]|1[0-7])(?:yo|yearold)) "
)
SEXUAL = frozenset(
    "nude|naked|nudity|sex|sexual|sexy|sexualized|erotic|erotica|porn|porno|pornographic|nsfw"
    "|hentai|topless|undressed|unclothed|lingerie|genital|genitals|penis|vagina|bare breasts"
    "|nipple|orgasm|masturbating|masturbation|intercourse|seductive|fetish|bondage|lewd".split("|")
)
# Animals: "a naked mole rat with its kids" is no crime.
HARMLESS = ("naked mole rat",)


def forbidden_now() -> Forbidden:
    return [(phrase_of(text), text, reason, level) for text, reason, level in _FORBIDDEN()]


def check(text: str, level: str, forbidden: Forbidden | None = None) -> Finding | None:
    """The gravest thing that is wrong with a prompt at this level, or None. Who checks many reads
    `forbidden_now` once for all."""
    said = read(text)
    if forbidden is None:
        forbidden = forbidden_now()
    if found := _minors(text, said, [each for each, _, why, _ in forbidden if why == "sexual"]):
        return Finding(Reason.MINORS, CHECKER, {"words": found})
    for each, word, reason, at in forbidden:
        if said.says(each) and levels.applies(at, level):
            return Finding(Reason(reason), CHECKER, {"words": [word]})
    return None


def _minors(text: str, said: Read, also: list[str]) -> list[str] | None:
    young = next(iter(MINORS & said.phrases), None)
    if young is None and (age := AGE.search(said.words)):
        young = age[0].strip()
    if young is None:
        return None
    for name in HARMLESS:
        text = re.sub(name, "", text, flags=re.IGNORECASE)
    lewd = next(iter(SEXUAL.union(also) & read(text).phrases), None)
    return [young, lewd] if lewd else None


@lru_cache(maxsize=10_000)
def phrase_of(text: str) -> str:
    return phrase(text)
