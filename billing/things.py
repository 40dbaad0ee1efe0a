"""What units were taken for. A room above says it (`tell_by`): this one knows no pictures."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID


@dataclass(frozen=True)
class Thing:
    """As the person whose units they were may see it now."""

    title: str
    link: str = ""  # an address on this site; empty where there is nothing to see
    picture: str = ""  # of a small rendition
    image: UUID | None = None


Finder = Callable[[Any, Collection[UUID]], Mapping[UUID, Thing]]
_finders: list[Finder] = []


def tell_by(finder: Finder) -> Finder:
    """From now on it is asked: of a person and the references of holds."""
    _finders.append(finder)
    return finder


def find(user: Any, references: Collection[UUID]) -> dict[UUID, Thing]:
    """What has gone, and what the person may not see any more, is left out."""
    found: dict[UUID, Thing] = {}
    for finder in _finders if references else ():
        found |= finder(user, references)
    return found
