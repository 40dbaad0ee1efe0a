"""Undoes how forbidden words are usually disguised. Linear in the length of the text."""

import re
import unicodedata
from dataclasses import dataclass

LEET = str.maketrans("01345789@$!|€", "oieastbgasiie")
# "n u d e", "n.u.d.e", "n-u-d-e": at least three letters that stand alone.
LONE_LETTERS = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]{1,3}){2,}[^\W_](?![^\W_])")
RUNS = re.compile(r"(.)\1{2,}")
WORDS = re.compile(r"[^\W_]+")
LONGEST = 5  # words of a forbidden phrase that are looked at


@dataclass(frozen=True)
class Read:
    """A text's words as they were written, and every phrase that stands in any way to read it."""

    words: str  # between single spaces, one space at each end
    phrases: frozenset[str]

    def says(self, phrase: str) -> bool:
        return phrase in self.phrases


def read(text: str) -> Read:
    plain = _plain(text)
    disguised = plain.translate(LEET)
    joined = LONE_LETTERS.sub(lambda match: "".join(WORDS.findall(match[0])), disguised)
    once, twice = RUNS.sub(r"\1", joined), RUNS.sub(r"\1\1", joined)
    phrases: set[str] = set()
    for way in {plain, disguised, joined, once, twice}:
        phrases |= _phrases(WORDS.findall(way))
    return Read(f" {' '.join(WORDS.findall(plain))} ", frozenset(phrases))


def phrase(text: str) -> str:
    """A forbidden text as it would be read."""
    return " ".join(WORDS.findall(_plain(text))[:LONGEST])


def _phrases(words: list[str]) -> set[str]:
    """All sequences of up to LONGEST words, the last one in the singular, too."""
    found: set[str] = set()
    for begin in range(len(words)):
        for end in range(begin + 1, min(begin + LONGEST, len(words)) + 1):
            said = " ".join(words[begin:end])
            found.add(said)
            for plural, singular in (("s", ""), ("es", ""), ("ies", "y")):
                if said.endswith(plural):
                    found.add(said.removesuffix(plural) + singular)
    return found


def _plain(text: str) -> str:
    """Small letters without accents, widths, and marks that nobody sees."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in apart if unicodedata.category(char) not in ("Mn", "Cf"))
