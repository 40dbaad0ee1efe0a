"""What is in a workspace's archive. Each room registers its sections when the site starts."""

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workspaces.archive.arriving import Arrival
    from workspaces.archive.leaving import Leaving
    from workspaces.models import Workspace

Facts = Mapping[str, Any]  # a row as JSON


class Found(Enum):
    """What a row of an archive is to the workspace that it comes to."""

    NEW = "new"
    SAME = "same"
    CONFLICT = "conflict"  # it is there, and otherwise


class Section:
    """Rows of one kind. `name` is that of its files in the archive, and of their folder; `rank` its
    place: what rows refer to must have come before.

    Each row says its `number`, by which others refer to it.
    """

    name: str
    title: Any  # as people call these rows
    rank: int

    def rows(self, leaving: "Leaving") -> Iterator[dict[str, Any]]:
        """In the order of their ids. Asked in one transaction that sees one state of the rows."""
        raise NotImplementedError

    def size(self, workspace: "Workspace") -> int:
        """Bytes of the files that these rows would bring into an archive."""
        return 0

    def judge(self, row: Facts, arrival: "Arrival") -> Sequence[Found]:
        """What it is here, mostly one word; of several things in a row, one each. Raises `Refused`
        for what can't be a row."""
        raise NotImplementedError

    def take_file(self, row: Facts, name: str, path: Path, arrival: "Arrival") -> Sequence[str]:
        """Check and store a file that a row named by `arrival.expect`; the storage's new keys. None
        where it may not come (`arrival.hold_back`). Called in threads."""
        raise NotImplementedError

    def bring(self, rows: Sequence[Facts], arrival: "Arrival") -> None:
        """Write what of these rows is to be written, in the one transaction of the import."""
        raise NotImplementedError


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    _sections[section.name] = section


def sections() -> list[Section]:
    return sorted(_sections.values(), key=lambda section: section.rank)


def size_of(workspace: "Workspace") -> int:
    """About as many bytes as its archive would have: pictures are packed already."""
    return sum(section.size(workspace) for section in sections())
