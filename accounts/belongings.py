"""What each room keeps of a person: how it goes when they go, and what of it they may take along.

Each room registers its own when the site starts.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Hindrance:
    """Why somebody can't go yet, and where they mend it."""

    sentence: str
    link: str


@dataclass(frozen=True)
class OwnFile:
    name: str  # in what they take along, after the folder of its `Belongings`
    key: str  # in the storage


class Belongings:
    """Of one kind. `name` is that of its file, and folder, in what a person takes along; the
    highest `rank` goes first: what builds on others."""

    name: str
    rank: int

    def hindrances(self, person: Any) -> Iterator[Hindrance]:
        """Why their account can't be deleted now."""
        yield from ()

    def losses(self, person: Any) -> Iterator[str]:
        """What they paid for, or count on, and lose with it: sentences."""
        yield from ()

    def close(self, person: Any) -> None:
        """At once, in the transaction in which they go: keys, links, what lets others in."""

    def remove(self, person: Any) -> None:
        """Rows that don't go with the person's own, and files. In the background, in transactions
        of its own; it may be asked again after it broke off."""

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        """What is theirs and nobody else's, as JSON."""
        yield from ()

    def files(self, person: Any) -> Iterator[OwnFile]:
        yield from ()


def facts(row: Any, *names: str) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


_kinds: dict[str, Belongings] = {}


def register(kind: Belongings) -> None:
    _kinds[kind.name] = kind


def kinds() -> list[Belongings]:
    return sorted(_kinds.values(), key=lambda kind: -kind.rank)
