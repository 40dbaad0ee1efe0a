"""Undoes how forbidden words are usually disguised. Linear in the length of the text."""

import re
import unicodedata

LEET = str.maketrans("01345789@$!|€", "oieastbgasiie")
# "n u d e", "n.u.d.e", "n-u-d-e": at least three letters that stand alone.
LONE_LETTERS = re.compile(r"(?<![^\W_])(?:[^\W_][\W_]{1,3}){2,}[^\W_](?![^\W_])")
RUNS = re.compile(r"(.)\1{2,}")
WORDS = re.compile(r"[^\W_]+")


def readings(text: str) -> list[str]:
    """The ways to read a text, each as plain words between single spaces, one space at each end."""
    plain = _plain(text)
    disguised = plain.translate(LEET)
    joined = LONE_LETTERS.sub(lambda match: "".join(WORDS.findall(match[0])), disguised)
    once, twice = RUNS.sub(r"\1", joined), RUNS.sub(r"\1\1", joined)
    return [_spaced(each) for each in dict.fromkeys((plain, joined, once, twice))]


def phrase(text: str) -> str:
    """A forbidden text as it would stand in a reading, without the spaces at its ends."""
    return _spaced(_plain(text)).strip()


def says(reading: str, words: str) -> bool:
    """Whether these words, or their plural, stand in the reading as words of their own."""
    return any(f" {words}{ending} " in reading for ending in ("", "s", "es"))


def _plain(text: str) -> str:
    """Small letters without accents, widths, and marks that nobody sees."""
    apart = unicodedata.normalize("NFKD", text).casefold()
    return "".join(char for char in apart if unicodedata.category(char) not in ("Mn", "Cf"))


def _spaced(text: str) -> str:
    return f" {' '.join(WORDS.findall(text))} "
