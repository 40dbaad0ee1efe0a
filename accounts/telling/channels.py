"""The channels by which somebody is reached elsewhere. A room above adds its own in `ready()`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accounts.models import Delivery

MINUTE, HOUR = 60, 3600


class Later(Exception):
    """Nobody is there at present, or they ask us to wait. `is_away`: so it is for all others."""

    def __init__(self, said: str, *, is_away: bool = False) -> None:
        super().__init__(said)
        self.is_away = is_away


class Never(Exception):
    """It was refused, and will be the next time."""


class Needless(Exception):
    """They know by now, or want to hear of it no more."""


@dataclass(frozen=True)
class Channel:
    """`send` raises one of the above, or answers with what came of it in a few words; `pauses` are
    the seconds before each further attempt; `is_for` says whether somebody has it."""

    name: str
    send: Callable[[Delivery], str]
    pauses: tuple[int, ...] = (MINUTE, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR)
    is_for: Callable[[Any], bool] = lambda user: True


_known: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    _known[channel.name] = channel


def named(name: str) -> Channel | None:
    return _known.get(name)
