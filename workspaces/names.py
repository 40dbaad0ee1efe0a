"""The one place that says what a name may look like, of a workspace or of a topic in it."""

import unicodedata


def plain_name(name: str) -> str:
    """The name on one line, without what can't be seen or stored."""
    name = unicodedata.normalize("NFC", name)
    return " ".join("".join(char if char.isprintable() else " " for char in name).split())
