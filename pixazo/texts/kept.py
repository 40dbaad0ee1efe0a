"""Shows sentences that rows keep, in the language of whoever reads them.

Workers speak English, and so does what they write down: why a picture failed, what was changed in a
request. The same sentences stand in the catalogue, with places for what differs between two of them
(`%(label)s must be a number.`), so a kept one can be found there again.
"""

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import islice, pairwise

from django.conf import settings
from django.utils.translation import get_language, gettext, override

from pixazo.texts.catalogue import read
from pixazo.texts.numbers import rewritten

PLACE = re.compile(r"%\((\w+)\)s|%%")
# What is left of a sentence without its places must be enough to know it by.
LETTERS = 5
# Between two sentences, and how many such places of a text are looked at.
END, MOST_CUTS = re.compile(r"\. (?=[A-Z])"), 4
LONGEST = 600  # characters: rows keep no longer sentence of ours, but longer texts of people's


@dataclass(frozen=True)
class Pattern:
    """A sentence with places. No regular expression: one would try every way to divide a text that
    somebody wrote for it, which takes many seconds."""

    names: tuple[str, ...]
    pieces: tuple[str, ...]  # before, between and after the places

    def values(self, sentence: str) -> dict[str, str] | None:
        """What stands at the places; None if it is another sentence."""
        first, *between, last = self.pieces
        end = len(sentence) - len(last)
        if not (sentence.startswith(first) and sentence.endswith(last)):
            return None
        # Each piece where it comes first: if there is any way to divide it, this is one.
        bounds = [(0, len(first))]
        for piece in between:
            at = sentence.find(piece, bounds[-1][1] + 1, end - 1)
            if at < 0:
                return None
            bounds.append((at, at + len(piece)))
        if end <= bounds[-1][1]:
            return None
        bounds.append((end, len(sentence)))
        found = [sentence[before[1] : after[0]] for before, after in pairwise(bounds)]
        known = dict(zip(self.names, found, strict=True))
        return known if [known[name] for name in self.names] == found else None


def shown(sentence: str) -> str:
    """The English sentence in the language in use; as it is, where no catalogue has it."""
    language = get_language() or settings.LANGUAGE_CODE
    if not sentence or language == settings.LANGUAGE_CODE:
        return sentence
    return _in(language, sentence)


def in_english() -> override:
    """For what is written down on somebody's behalf: `with in_english(): ...`"""
    return override(settings.LANGUAGE_CODE)


@lru_cache(4096)
def _in(language: str, sentence: str) -> str:
    plain = sentence.replace("%", "%%")
    for known in (sentence, plain):
        if (found := gettext(known)) != known:
            return found.replace("%%", "%")
    if len(sentence) > LONGEST:
        return sentence
    loosely = ""
    for pattern, translated in _patterns(language):
        values = pattern.values(sentence)
        if values is None:
            continue
        own = {name: _in(language, rewritten(text)) for name, text in values.items()}
        if not any(END.search(text) for text in values.values()):
            return translated % own
        loosely = loosely or translated % own
    return _in_two(language, sentence) or loosely or sentence


def _in_two(language: str, sentence: str) -> str:
    """Of two sentences that were put one behind the other; empty where it is something else."""
    for end in islice(END.finditer(sentence), MOST_CUTS):
        first, rest = sentence[: end.start() + 1], sentence[end.end() :]
        if (one := _in(language, first)) != first and (other := _in(language, rest)) != rest:
            return f"{one} {other}"
    return ""


@cache
def _patterns(language: str) -> list[tuple[Pattern, str]]:
    """The sentences with places, those that say most first."""
    path = settings.CATALOGUES / language / "LC_MESSAGES" / "django.po"
    found = []
    for entry in read(path) if path.exists() else []:
        if "%(" in entry.id and entry.is_done:
            pairs = [(entry.id, entry.strings[0])]
            pairs += [(entry.plural, entry.strings[-1])] if entry.plural else []
            found += [pair for pair in pairs if len(_letters(pair[0])) >= LETTERS]
    found.sort(key=lambda pair: -len(_letters(pair[0])))
    patterns = ((_pattern(english), translated) for english, translated in found)
    return [(pattern, translated) for pattern, translated in patterns if pattern.names]


def _letters(sentence: str) -> str:
    return re.sub(r"\W", "", PLACE.sub("", sentence))


def _pattern(sentence: str) -> Pattern:
    names: list[str] = []
    pieces = [""]
    at = 0
    for place in PLACE.finditer(sentence):
        pieces[-1] += sentence[at : place.start()]
        if place[1] is None:
            pieces[-1] += "%"
        else:
            names.append(place[1])
            pieces.append("")
        at = place.end()
    pieces[-1] += sentence[at:]
    return Pattern(tuple(names), tuple(pieces))
