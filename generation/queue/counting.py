"""How much is in the queue, of one person's and in all, read in partial indexes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, QuerySet

from accounts.models import User
from generation.models import Job, Pause
from pixazo import prepared
from pixazo.counting import Rows


@dataclass(frozen=True)
class Counts:
    waiting: int
    running: int
    mine_waiting: int
    mine_running: int

    @property
    def mine(self) -> int:
        return self.mine_waiting + self.mine_running

    @property
    def all(self) -> int:
        return self.waiting + self.running

    @property
    def others(self) -> int:
        """Pictures of other people that wait."""
        return self.waiting - self.mine_waiting


def counts(user: User) -> Counts:
    """One query."""
    [row] = _COUNTS(user=user.pk)
    return Counts(*row)


def counts_and_pause(user: User) -> tuple[Counts, bool]:
    """The same, and whether this person's own queue is paused. One query."""
    [(paused, *row)] = _COUNTS_AND_PAUSE(user=user.pk)
    return Counts(*row), bool(paused)


def parts(user: UUID) -> dict[str, Rows]:
    """What `Counts` takes, for a statement that has more to count."""
    mine = Job.objects.filter(author_id=user)
    return {
        "n_waiting": Rows(Job.objects.waiting()),
        "n_active": Rows(Job.objects.active()),
        "own_waiting": Rows(mine.waiting()),
        "own_active": Rows(mine.active()),
    }


def _counts_of(user: UUID) -> QuerySet[User, Any]:
    asked = parts(user)
    return User.objects.filter(pk=user).annotate(**asked).values_list(*asked)


def _counts_and_pause_of(user: UUID) -> QuerySet[User, Any]:
    asked = {"is_paused": Exists(Pause.objects.filter(user=user)), **parts(user)}
    return User.objects.filter(pk=user).annotate(**asked).values_list(*asked)


_COUNTS = prepared.Rows(_counts_of, planned_once=True, user=UUID)
_COUNTS_AND_PAUSE = prepared.Rows(_counts_and_pause_of, planned_once=True, user=UUID)
