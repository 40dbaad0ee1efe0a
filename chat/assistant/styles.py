"""Which styles suit a prompt: those that are there before new ones (S206)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from chat.assistant.consulting import reason_of, text_of
from chat.assistant.local import kind_of
from chat.assistant.vocabulary import ANY, DRAWN, LEFT_OUT, MEDIUM, PAINTED, PHOTO
from workspaces.models import Style

MOST, MOST_NEW = 3, 2
MOST_TOLD = 60  # styles that a language model is told of
LONGEST_NAME, LONGEST_WORDS = 60, 500
WORDS = re.compile(r"[^\W\d_]{3,}")
SMALL = frozenset("and the with from few soft around prompt under".split())


@dataclass(frozen=True)
class SuggestedStyle:
    """`pk` is None for one that nobody has kept yet."""

    name: str
    positive_prompt: str
    negative_prompt: str
    reason: str
    pk: UUID | None = None

    @property
    def is_new(self) -> bool:
        return self.pk is None


@dataclass(frozen=True)
class Suggested:
    styles: tuple[SuggestedStyle, ...]
    notes: tuple[str, ...] = ()
    by: str = ""


def suggest(prompt: str, styles: Sequence[Style], *, seed: int = 0) -> Suggested:
    """Up to three of `styles`, best first, and then up to two new ones."""
    rated = sorted(styles, key=lambda each: (-_fit(each, prompt), _chance(prompt, seed, each.name)))
    kept = [_existing(each, prompt) for each in rated if _fit(each, prompt) >= 0][:MOST]
    return Suggested((*kept, *_new(prompt, styles, seed)))


def _existing(style: Style, prompt: str) -> SuggestedStyle:
    if shared := _shared(style, prompt):
        reason = _("It speaks of “%(words)s”, as the prompt does.") % {
            "words": "”, “".join(shared[:2])
        }
    elif MEDIUM.said.search(prompt):
        reason = _("It takes nothing away from what the prompt says.")
    else:
        reason = _("The prompt leaves open what it is made with, and this style says it.")
    return SuggestedStyle(
        style.name, style.positive_prompt, style.negative_prompt, reason, style.pk
    )


def _fit(style: Style, prompt: str) -> float:
    against = _words(style.negative_prompt) & _words(prompt)
    fit = 2.0 * len(_shared(style, prompt)) - 5 * len(against)
    both = MEDIUM.said.search(prompt), MEDIUM.said.search(style.positive_prompt)
    if all(both) and not _shared(style, prompt):
        fit -= 3  # made with something else than the prompt says
    return fit


def _shared(style: Style, prompt: str) -> list[str]:
    return sorted(_words(style.positive_prompt) & _words(prompt))


def _words(text: str) -> set[str]:
    return {word for word in WORDS.findall(text.lower()) if word not in SMALL}


def _new(prompt: str, styles: Sequence[Style], seed: int) -> Iterator[SuggestedStyle]:
    """From the site's own words, where no style says the same yet."""
    known = [_words(style.positive_prompt) for style in styles]
    phrases = [each for each in MEDIUM.offered(kind_of(prompt)) if not _is_known(each, known)]
    said = _words(prompt)
    if MEDIUM.said.search(prompt):
        phrases = [each for each in phrases if _words(each) & said]
    phrases.sort(key=lambda each: _chance(prompt, seed, each))
    for words in phrases[:MOST_NEW]:
        name = words.partition(",")[0]
        yield SuggestedStyle(
            name[:1].upper() + name[1:],
            f"{{prompt}}, {words}",
            left_out(words),
            _("New: no style here says “%(words)s” yet.") % {"words": words},
        )


def left_out(words: str) -> str:
    """What a picture made with that is better without."""
    kinds = (("photo", PHOTO), ("painted", PAINTED), ("drawn", DRAWN))
    return LEFT_OUT[next((name for name, cues in kinds if cues.search(words)), ANY)]


def _is_known(phrase: str, known: Sequence[set[str]]) -> bool:
    words = _words(phrase)
    return any(len(words & each) * 2 >= len(words) for each in known)


def _chance(prompt: str, seed: int, name: str) -> bytes:
    return sha256(f"{seed}\n{name}\n{' '.join(prompt.casefold().split())}".encode()).digest()


# --- As a language model sees and says them ---


def told(style: Style) -> dict[str, str]:
    return {"name": style.name, "words": style.positive_prompt[:200]}


def read(said: Mapping[str, Any], there: Sequence[Style]) -> tuple[SuggestedStyle, ...]:
    """Of an answer: only styles that there are, and new ones that can be kept."""
    kept: list[SuggestedStyle] = []
    for each in _objects(said.get("existing"), MOST):
        style = named(each.get("name"), there)
        if style and style.pk not in {other.pk for other in kept}:
            reason = reason_of(each.get("reason"))
            kept.append(
                SuggestedStyle(
                    style.name, style.positive_prompt, style.negative_prompt, reason, style.pk
                )
            )
    return (*kept, *_read_new(said, there))


def named(name: Any, there: Sequence[Style]) -> Style | None:
    """By its name or id; None for one that there is not."""
    key = name.strip().casefold() if isinstance(name, str) else ""
    if not key:
        return None
    return next((each for each in there if key in (each.name.casefold(), str(each.pk))), None)


def _read_new(said: Mapping[str, Any], there: Sequence[Style]) -> Iterator[SuggestedStyle]:
    for each in _objects(said.get("new"), MOST_NEW):
        name = reason_of(each.get("name"))[:LONGEST_NAME]
        words = text_of(each.get("positive_prompt"), LONGEST_WORDS)
        if not (name and words) or named(name, there):
            continue
        around = words if "{prompt}" in words else f"{{prompt}}, {words}"
        out = text_of(each.get("negative_prompt"), LONGEST_WORDS)
        yield SuggestedStyle(name, around, out, reason_of(each.get("reason")))


def _objects(value: Any, most: int) -> list[Mapping[str, Any]]:
    values = value[: 2 * most] if isinstance(value, list) else []
    return [each for each in values if isinstance(each, Mapping)][:most]
