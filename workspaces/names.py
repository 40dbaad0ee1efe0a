"""The one place that says what a name may look like, of a workspace or of what is in it; and what a
text."""

import unicodedata
from collections.abc import Iterable


def plain_name(name: str) -> str:
    """The name on one line, without what can't be seen or stored."""
    name = unicodedata.normalize("NFC", name)
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())


def free_name(name: str, taken: Iterable[str]) -> str:
    """The same, or with a number behind it where it is taken already."""
    known = {each.lower() for each in taken}
    free, number = name, 1
    while free.lower() in known:
        number += 1
        free = f"{name[:90]} {number}"
    return free


def plain_text(text: str) -> str:
    """A text of several lines, without what can't be stored or drawn."""
    return "".join(
        char
        for char in text.replace("\r\n", "\n").replace("\r", "\n")
        if char in "\n\t" or unicodedata.category(char) not in ("Cc", "Cs")
    )
