"""How many pictures may be drawn at the same time: of one person, and on the whole site (C12)."""

from collections import Counter
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Count, OuterRef, QuerySet, Subquery

from billing.models import Account
from billing.models.limits import Limit, limit_in_sql
from generation.models import Job
from generation.models.job import JobQuerySet
from pixazo.ids import as_uuid
from pixazo.prepared import Rows

# The number of the lock that stands for the whole site.
SITE = 0x9A7E


@dataclass(frozen=True)
class Room:
    """What is being drawn now; no more rows than workers take. What is being stored is drawn: its
    worker draws the next one meanwhile."""

    drawing: Counter[UUID]
    caps: dict[UUID, int]

    @classmethod
    def now(cls) -> "Room":
        rows = [(as_uuid(author), number, cap or 1) for author, number, cap in _NOW()]
        drawing = Counter({author: number for author, number, _ in rows})
        return cls(drawing, {author: cap for author, _, cap in rows})

    @property
    def is_full(self) -> bool:
        return 0 < settings.RUNNING_JOBS <= self.drawing.total()

    def has_for(self, author: UUID) -> bool:
        """A plan lets at least one picture be drawn."""
        drawing = self.drawing[author]
        return not drawing or drawing < self._cap_of(author)

    def take(self, author: UUID) -> bool:
        """One more of theirs; False if there is no room for it."""
        if self.is_full or not self.has_for(author):
            return False
        self.drawing[author] += 1
        return True

    def hold(self, author: UUID) -> None:
        """Until the end of the transaction, nobody else takes one of theirs; where the site has a
        limit, nobody takes any. Turns would not do: a person has one for each lane.

        (SQLite has one writer at a time anyway.)
        """
        account = _HELD.first(user=author)
        self.caps[author] = account.running_jobs if account else 1
        if settings.RUNNING_JOBS and connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SITE])

    def is_exceeded_by(self, author: UUID) -> bool:
        """Whether more are drawn by now than may be, of theirs or on the whole site. To be asked
        after `hold`, in the transaction that takes one more."""
        if 0 < settings.RUNNING_JOBS < _drawing().count():
            return True
        drawing = sum(number for (number,) in _OF(author=author))
        return drawing > max(1, self._cap_of(author))

    def _cap_of(self, author: UUID) -> int:
        if author not in self.caps:
            self.caps[author] = next((cap for (cap,) in _CAP(author=author)), 1)
        return self.caps[author]


def _drawing() -> JobQuerySet:
    return Job.objects.active().exclude(state=Job.State.SAVING)


def _counted() -> QuerySet[Any, Any]:
    return _drawing().order_by().values("author_id").annotate(number=Count("pk"))


def _caps(author: Any) -> QuerySet[Any, Any]:
    cap = limit_in_sql(Limit.RUNNING_JOBS)
    return Account.objects.filter(user_id=author).values_list(cap)


_NOW: Rows[Any] = Rows(
    lambda: (
        _counted()
        .annotate(cap=Subquery(_caps(OuterRef("author_id"))))
        .values_list("author_id", "number", "cap")
    )
)
_OF: Rows[Any] = Rows(
    lambda author: _counted().filter(author_id=author).values_list("number"), author=UUID
)
_HELD: Rows[Account] = Rows(
    lambda user: (
        Account.objects.select_related("plan")
        .filter(user_id=user)
        .select_for_update(no_key=True, of=("self",))
    ),
    user=UUID,
)
_CAP: Rows[Any] = Rows(_caps, author=UUID)
