"""Which language models may be chosen for a workspace: told by the room above that has them."""

from collections.abc import Callable
from typing import Any

Choices = Callable[[Any], list[tuple[str, str]]]

_told: list[Choices] = []


def register(choices: Choices) -> None:
    """`choices(person)` are slugs and names of those that this person may talk to."""
    _told.append(choices)


def talkers(person: Any) -> list[tuple[str, str]]:
    """Empty where nobody answers."""
    return [each for choices in _told for each in choices(person)]
