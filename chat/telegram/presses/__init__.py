"""What buttons do. Each bears a verb and an id; what it means is looked up among what whoever
pressed it may see, so that a button in anybody else's hands leads to nothing."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from chat.telegram import saying
from chat.telegram.presses import choosing, of_images, of_words, stopping
from chat.telegram.said import Said, gone

PRESSES: dict[str, Callable[[Said, UUID], str | None]] = {
    **of_images.PRESSES,
    **of_words.PRESSES,
    **choosing.PRESSES,
    **stopping.PRESSES,
}


def press(said: Said) -> None:
    """Whoever pressed always gets an answer, if only that their waiting ends."""
    verb, _colon, given = said.told.data.partition(":")
    what, pk = PRESSES.get(verb), _uuid(given)
    if what is None or pk is None:
        raise gone()
    text: Any = what(said, pk)
    saying.hint(said.told.press, text or "")


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(hex=text)
    except ValueError:
        return None
