"""What a file would bring, row by row, before anything is kept: new, there already, or why not."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from pixazo.errors import UserError
from pixazo.texts.numbers import counted
from workspaces.models import Workspace

MOST_BYTES = 1024 * 1024  # of a file
MOST_ROWS = 1_000


class Unreadable(UserError):
    """A file that is none of what is taken here."""

    code = "unreadable"


@dataclass(frozen=True)
class Brought:
    """A file's text, by whom, and for which place: None is their own. `name` is given, or the
    file's."""

    text: str
    user: Any
    workspace: Workspace | None
    name: str = ""


@dataclass(frozen=True)
class Found:
    """`number` is its place in the file, from 1. `row` is what would be kept, unsaved; else `same`
    names what is there already, or `trouble` says what is wrong."""

    number: int
    name: str
    row: Any = None
    same: str = ""
    trouble: str = ""
    remarks: Sequence[str] = field(default_factory=tuple)
    sample: str = ""  # how it begins


@dataclass(frozen=True)
class Taken:
    found: Sequence[Found]
    remarks: Sequence[str] = ()  # of the file as a whole

    @property
    def new(self) -> list[Any]:
        return [each.row for each in self.found if each.row is not None]

    @property
    def same(self) -> int:
        return sum(bool(each.same) for each in self.found)

    @property
    def wrong(self) -> int:
        return sum(bool(each.trouble) for each in self.found)


def text_of(content: bytes) -> str:
    """A file's text. Raises `Unreadable`."""
    if len(content) > MOST_BYTES:
        raise Unreadable(_("A file may have up to %(size)s MiB.") % {"size": 1})
    for encoding in ("utf-8-sig", "utf-16"):
        # UTF-16 only where it says so: any bytes could be read as that.
        if encoding == "utf-16" and content[:2] not in (b"\xff\xfe", b"\xfe\xff"):
            continue
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unreadable(_("This is no text in UTF-8."))


def check_many(rows: Sequence[Any]) -> None:
    if not rows:
        raise Unreadable(_("There is nothing in it."))
    if len(rows) > MOST_ROWS:
        raise Unreadable(
            _("A file may have %(most)s rows, this one has %(count)s.")
            % {"most": counted(MOST_ROWS), "count": counted(len(rows))}
        )


def without_twins(
    found: Iterable[Found], there: dict[Hashable, str], key: Callable[[Any], Hashable]
) -> list[Found]:
    """Rows that are there already, or twice in the file, are told by the name of the first."""
    known = dict(there)
    checked = []
    for each in found:
        if each.row is None:
            checked.append(each)
            continue
        mark = key(each.row)
        if mark in known:
            checked.append(Found(each.number, each.name, same=known[mark]))
        else:
            known[mark] = each.name
            checked.append(each)
    return checked
