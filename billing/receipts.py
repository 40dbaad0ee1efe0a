"""The ledger as its person reads it: which lines, in pages, each with what it was for."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from billing.models import Account, LedgerEntry
from billing.models.ledger import LedgerQuerySet
from billing.things import Thing, find

PAGE = 50
AT_ONCE = 500  # lines of a file that is written


@dataclass(frozen=True)
class Receipt:
    entry: LedgerEntry
    thing: Thing | None


@dataclass(frozen=True)
class Asked:
    """Which lines: of a kind, of a day (UTC), older than that one."""

    kind: str = ""
    day: datetime.date | None = None
    before: int | None = None

    def of(self, account: Account) -> LedgerQuerySet:
        rows = account.entries.select_related("hold")
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.day:
            begin = datetime.datetime.combine(self.day, datetime.time(), datetime.UTC)
            rows = rows.filter(created__gte=begin, created__lt=begin + datetime.timedelta(days=1))
        if self.before:
            rows = rows.filter(pk__lt=self.before)
        return rows.order_by("-id")


def page(
    account: Account, user: Any, asked: Asked, limit: int = PAGE
) -> tuple[list[Receipt], int | None]:
    """The newest of them, for the account's person, and before which line the next page begins."""
    rows = list(asked.of(account)[: limit + 1])
    shown = rows[:limit]
    return told(user, shown), shown[-1].pk if len(rows) > limit else None


def everything(account: Account, user: Any, asked: Asked) -> Iterator[Receipt]:
    """All of them, read a portion at a time."""
    before: int | None = asked.before
    while True:
        receipts, before = page(account, user, Asked(asked.kind, asked.day, before), AT_ONCE)
        yield from receipts
        if before is None:
            return


def told(user: Any, entries: list[LedgerEntry]) -> list[Receipt]:
    things = find(user, {entry.hold.reference for entry in entries if entry.hold})
    return [
        Receipt(entry, things.get(entry.hold.reference) if entry.hold else None)
        for entry in entries
    ]


def kind_of(text: str) -> str | None:
    """None if there is no such kind; empty for all of them."""
    return text if text in ("", *LedgerEntry.Kind.values) else None


def day_of(text: str) -> datetime.date | None:
    """None if it is no day of these years."""
    try:
        found = datetime.date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 3000 else None


def cursor_of(text: str) -> int | None:
    """None if it is none."""
    is_number = text.isascii() and text.isdigit() and len(text) < 19
    return int(text) if is_number and int(text) else None
