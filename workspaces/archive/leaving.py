"""What an export knows while it writes: the numbers by which rows refer to one another, and the
files that are still to be put in."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.text import slugify

from workspaces.models import Workspace

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
NAMED = re.compile(r"(?:[a-z]+:)?" + ID.pattern)  # as a request names a picture


@dataclass
class File:
    name: str  # in the archive
    key: str  # in the storage
    size: int  # bytes, as its row says


@dataclass
class Leaving:
    workspace: Workspace
    files: list[File] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    _numbers: dict[str, tuple[str, int]] = field(default_factory=dict)

    def number(self, kind: str, pk: UUID) -> int:
        """The next one of its kind, from 1: ids mean nothing elsewhere."""
        self.counts[kind] = number = self.counts.get(kind, 0) + 1
        self._numbers[str(pk)] = kind, number
        return number

    def ref(self, pk: UUID | None) -> int | None:
        """The number of a row that is in the archive."""
        found = self._numbers.get(str(pk))
        return found[1] if found else None

    def file(self, folder: str, number: int, words: str, key: str, size: int) -> str:
        """Put it in when the rows are written; what it is called there."""
        said = slugify(words)[:50].strip("-_")
        name = f"{folder}/{number:06d}{'-' if said else ''}{said}.png"
        self.files.append(File(name, key, size))
        return name

    def outward(self, value: Any) -> Any:
        """JSON in which rows are named by their ids: named by their numbers, as `archive:styles/3`.
        What is not in the archive is named by nothing."""
        match value:
            case dict():
                return {name: self.outward(each) for name, each in value.items()}
            case list():
                return [self.outward(each) for each in value]
            case str() if ID.search(value):
                return self._named(value)
            case _:
                return value

    def _named(self, text: str) -> str:
        if NAMED.fullmatch(text):
            kind, number = self._numbers.get(text.rpartition(":")[2], ("", 0))
            return f"archive:{kind}/{number}" if kind else ""
        return text
