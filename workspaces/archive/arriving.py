"""What an import knows while it works: which rows have come, under which ids, and what to do with
what is there already."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import Any
from uuid import UUID

from pixazo.ids import uuid7_at
from pixazo.insertion import insert
from pixazo.models import MadeAt
from workspaces.archive.errors import Refused, changed
from workspaces.archive.registry import Facts, Found, Section
from workspaces.archive.shape import moment_of, whole
from workspaces.models import Workspace
from workspaces.models.history import kinds

REFERENCE = re.compile(r"archive:([a-z]{1,30})/([0-9]{1,9})")
MISSING = "missing"  # its file was gone when the archive was made
AT_ONCE = 200


class Policy(StrEnum):
    """What becomes of a row that is there already, and otherwise."""

    SKIP = "skip"  # what is there stays
    COPY = "copy"  # both
    REPLACE = "replace"  # as in the archive


@dataclass
class Arrival:
    workspace: Workspace | None  # None: one that is still to be made
    person: Any
    policy: Policy = Policy.SKIP
    is_new: bool = False  # the workspace was made for it: nothing is there
    files: Mapping[str, str] = field(default_factory=dict)  # each picture's SHA-256
    missing: frozenset[str] = frozenset()
    is_settled: bool = False  # the files are stored, and rows are what is written now
    counts: dict[str, Counter[str]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)  # files that a row speaks of
    expected: dict[str, tuple[Section, Facts]] = field(default_factory=dict)
    stored: dict[str, Any] = field(default_factory=dict)  # what `take_file` made of each
    keys: list[str] = field(default_factory=list)  # of all that was stored
    used: set[str] = field(default_factory=set)  # of these, those that rows name
    cached: dict[str, Any] = field(default_factory=dict)  # what sections look up once
    held: set[str] = field(default_factory=set)  # files that the safety check keeps out
    digest: str = ""  # of all rows
    closing: ExitStack = field(default_factory=ExitStack)  # of tools, when the files are stored
    _lock: Any = field(default_factory=Lock)
    _there: dict[str, dict[Any, Any]] = field(default_factory=dict)
    _ids: dict[tuple[str, int], UUID | None] = field(default_factory=dict)
    _latest: dict[str, int] = field(default_factory=dict)

    @property
    def place(self) -> Workspace:
        assert self.workspace is not None
        return self.workspace

    def there(self, kind: str, look: Callable[[Workspace], dict[Any, Any]]) -> dict[Any, Any]:
        """What was there before the first row came. Looked up once: what comes is no reason to
        leave out what comes after it."""
        if self.workspace is None or self.is_new:
            return {}
        if kind not in self._there:
            self._there[kind] = look(self.workspace)
        return self._there[kind]

    def count(self, section: Section, found: Iterable[Found]) -> None:
        self.counts.setdefault(section.name, Counter()).update(each.value for each in found)

    def adds(self, found: Found) -> bool:
        return found is Found.NEW or (found is Found.CONFLICT and self.policy is Policy.COPY)

    def replaces(self, found: Found) -> bool:
        return found is Found.CONFLICT and self.policy is Policy.REPLACE

    def note(self, kind: str, row: Facts, pk: UUID | None) -> None:
        self._ids[kind, whole(row.get("number"))] = pk

    def id_of(self, kind: str, number: Any) -> UUID | None:
        """Of a row that has come or was here; None for what is not brought along."""
        return None if number is None else self._ids.get((kind, whole(number)))

    def new_id(self, kind: str, created: datetime) -> UUID:
        """Of the moment when it was made, so that it stands among the others where it belongs; and
        behind the one before it."""
        pk, self._latest[kind] = uuid7_at(created, self._latest.get(kind, 0))
        return pk

    def has_file(self, name: Any) -> bool:
        """False for a picture that was gone when the archive was made, or is kept out."""
        if isinstance(name, str):
            if name in self.held:
                return False
            if name in self.files:
                self.named.add(name)
                return True
            if name in self.missing:
                return False
        raise Refused.because("listed")

    def expect(self, section: Section, row: Facts, name: str) -> None:
        """To be checked and stored by that section's `take_file`, which gets this row."""
        if self.is_settled:
            return
        if name in self.expected:
            raise Refused.because("twice", name)
        self.expected[name] = section, row

    def hold_back(self, name: str) -> None:
        """What belongs to it does not come; what it was made into does."""
        self.held.add(name)

    def tool(self, name: str, make: Callable[[], AbstractContextManager[Any]]) -> Any:
        """Made once for all files, whichever thread asks first."""
        with self._lock:
            if name not in self.cached:
                self.cached[name] = self.closing.enter_context(make())
            return self.cached[name]

    def file(self, name: str) -> Any:
        """What became of it. Raises `Refused` where nobody had expected it until now."""
        if name not in self.stored:
            raise changed()
        return self.stored[name]

    def inward(self, value: Any) -> Any:
        """As `Leaving.outward`, the other way round."""
        match value:
            case dict():
                return {name: self.inward(each) for name, each in value.items()}
            case list():
                return [self.inward(each) for each in value]
            case str() if found := REFERENCE.fullmatch(value):
                return str(self.id_of(found[1], int(found[2])) or "")
            case _:
                return value


def add(rows: Sequence[Any], created: dict[UUID, datetime] | None = None) -> None:
    """Write new rows, which say themselves when they were made."""
    if not rows:
        return
    model: Any = type(rows[0])
    if created is not None:
        for row in rows:
            MadeAt.tell(row, created[row.pk])
    insert(rows)
    if model in kinds():
        model.history.bulk_history_create(rows, batch_size=AT_ONCE)


def created_of(row: Facts) -> datetime:
    return moment_of(row.get("created"))
