"""Shows sentences that rows keep, in the language of whoever reads them.

Workers speak English, and so does what they write down: why a picture failed, what was changed in a
request. The same sentences stand in the catalogue, with places for what differs between two of them
(`%(label)s must be a number.`), so a kept one can be found there again.
"""

import re
from functools import cache, lru_cache

from django.conf import settings
from django.utils.translation import get_language, gettext, override

from pixazo.texts.catalogue import read

PLACE = re.compile(r"%\((\w+)\)s|%%")
# What is left of a sentence without its places must be enough to know it by.
LETTERS = 5


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
    for pattern, translated in _patterns(language):
        if match := pattern.fullmatch(sentence):
            values = {name: _in(language, text) for name, text in match.groupdict().items()}
            return translated % values
    return sentence


@cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """The sentences with places, those that say most first."""
    path = settings.CATALOGUES / language / "LC_MESSAGES" / "django.po"
    found = []
    for entry in read(path) if path.exists() else []:
        if "%(" in entry.id and entry.is_done:
            pairs = [(entry.id, entry.strings[0])]
            pairs += [(entry.plural, entry.strings[-1])] if entry.plural else []
            found += [pair for pair in pairs if len(_letters(pair[0])) >= LETTERS]
    found.sort(key=lambda pair: -len(_letters(pair[0])))
    return [(_pattern(english), translated) for english, translated in found]


def _letters(sentence: str) -> str:
    return re.sub(r"\W", "", PLACE.sub("", sentence))


def _pattern(sentence: str) -> re.Pattern[str]:
    made, at, seen = "", 0, set()
    for place in PLACE.finditer(sentence):
        made += re.escape(sentence[at : place.start()])
        name = place[1]
        if name is None:
            made += "%"
        elif name in seen:
            made += f"(?P={name})"
        else:
            made += f"(?P<{name}>.+?)"
            seen.add(name)
        at = place.end()
    return re.compile(made + re.escape(sentence[at:]), re.DOTALL)
