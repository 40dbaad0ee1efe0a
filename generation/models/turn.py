"""A person's place in a lane's fair order, and whether they paused their own queue."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce, Greatest, Now

from pixazo.prepared import Change

NEWS: dict[str, Any] = {"arrivals": F("arrivals") + 1, "arrived": Now()}


class TurnQuerySet(models.QuerySet["Turn"]):
    def in_line(self) -> "TurnQuerySet":
        return self.filter(since__isnull=False)

    def clock(self, lane: str, is_idle: bool) -> float:
        """How far the line has come: where whoever arrives now begins, with no credit for having
        been away and no debt from it."""
        latest = self.filter(lane=lane, is_idle=is_idle).order_by("-clock")
        return latest.values_list("clock", flat=True).first() or 0.0

    def arrive(self, author_id: UUID, lane: str, is_idle: bool = False) -> None:
        """Something of theirs waits now. Called in the transaction that makes it wait, and as the
        last thing in it: everybody locks jobs and accounts before turns."""
        if _STILL_IN_LINE[is_idle](author=author_id, lane=lane):
            return
        mine = self.filter(author_id=author_id, lane=lane, is_idle=is_idle)
        tag = Greatest("tag", Value(self.clock(lane, is_idle)))
        news = NEWS | {"tag": tag, "since": Coalesce("since", Now())}
        if not mine.update(**news):
            turn = self.model(author_id=author_id, lane=lane, is_idle=is_idle)
            self.bulk_create([turn], ignore_conflicts=True)
            mine.update(**news)


class Turn(models.Model):
    """The lower the tag, the sooner the person's next picture (start-time fair queueing).

    A claim raises it by the work taken, divided by the weight of the person's plan.
    """

    author_id = models.UUIDField()
    lane = models.CharField(max_length=10)
    is_idle = models.BooleanField(default=False, help_text="Of what may wait until others have.")
    tag = models.FloatField(default=0.0, help_text="In seconds of work.")
    clock = models.FloatField(
        default=0.0, help_text="How far the line had come at the person's latest claim."
    )
    since = models.DateTimeField(
        null=True, help_text="In line since. Empty: nothing of theirs waits."
    )
    passed = models.DateTimeField(
        null=True, help_text="Was next since then, but a loaded model went first."
    )
    arrived = models.DateTimeField(null=True, help_text="When the latest of theirs came.")
    arrivals = models.PositiveIntegerField(
        default=0, help_text="Raised by each: who leaves the line does so under this number."
    )

    objects = TurnQuerySet.as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["author_id", "lane", "is_idle"], name="turn_once"),
        )
        indexes = (
            # A claim reads the beginning of it, whoever many wait.
            models.Index(
                fields=["lane", "is_idle", "tag", "since", "id"],
                condition=Q(since__isnull=False),
                name="turn_line",
            ),
            models.Index(fields=["lane", "is_idle", "-clock"], name="turn_clock"),
        )

    def __str__(self) -> str:
        return f"{self.author_id} in {self.lane}: {self.tag:.1f}"


_STILL_IN_LINE = {
    is_idle: Change(
        lambda author, lane, is_idle=is_idle: (
            Turn.objects.in_line().filter(author_id=author, lane=lane, is_idle=is_idle),
            NEWS,
        ),
        author=UUID,
        lane=str,
    )
    for is_idle in (False, True)
}


class Pause(models.Model):
    """While it exists, no picture of this person is begun."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="pause"
    )
    since = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.user} since {self.since}"
