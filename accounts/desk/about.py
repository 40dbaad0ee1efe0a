"""What a ticket may be about. A room above says what an id of its own is, in `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class About:
    """In words, and where whoever asks may look at it."""

    title: str
    link: str
    trouble: str = ""  # in English: what the site itself says went wrong


# Given a person and a job's id: what it is, or None where it is not theirs to see.
Look = Callable[[Any, UUID], About | None]
_looks: list[Look] = []


def register(look: Look) -> None:
    _looks.append(look)


def about(user: Any, job: UUID | None) -> About | None:
    if job is None:
        return None
    found = (look(user, job) for look in _looks)
    return next((each for each in found if each), None)
