"""What the cards of workspaces show of the work in them.

Pictures live above workspaces, so they are not read here: `generation` registers its reader when
the site starts.
"""

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from workspaces.models import Workspace


@dataclass(frozen=True)
class Picture:
    url: str
    alt: str


@dataclass(frozen=True)
class Cover:
    pictures: tuple[Picture, ...] = ()  # the newest three, newest first
    images: int = 0
    drawing: int = 0  # pictures that are being made or wait for it
    paused: int = 0  # of these, the ones whose people paused their queue

    @property
    def is_paused(self) -> bool:
        return 0 < self.drawing == self.paused


Reader = Callable[[Iterable[Workspace]], dict[uuid.UUID, Cover]]

_readers: list[Reader] = []


def register(reader: Reader) -> Reader:
    """Make `reader` the one that is asked; it must take a fixed number of queries."""
    _readers[:] = [reader]
    return reader


def put_on(workspaces: Iterable[Workspace]) -> None:
    """Give each workspace its `cover`."""
    workspaces = list(workspaces)
    covers = _readers[0](workspaces) if _readers and workspaces else {}
    for workspace in workspaces:
        workspace.cover = covers.get(workspace.pk, Cover())  # type: ignore[attr-defined]
