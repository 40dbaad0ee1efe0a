"""How much is in the queue, of one person's and in all, read in partial indexes."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from generation.models import Job
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


_COUNTS = prepared.Rows(_counts_of, user=UUID)
