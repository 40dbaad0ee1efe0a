"""The only place where a job's state changes: by conditional updates, whose answer is looked at.

A move that ends a job settles its units in the same transaction. Which moves there are, and who may
make them, stands in `job_moves`.
"""

from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction
from django.db.models.functions import Now

from billing.models import Hold
from generation.fault_points import reach
from generation.models import diary
from generation.models.batch import Batch
from generation.models.preview import Preview
from generation.models.states import ACTIVE, FINAL, State
from generation.models.transition import Transition
from generation.models.turn import Turn
from generation.signals import job_ended
from pixazo.events import announce
from pixazo.insertion import insert_columns
from pixazo.models import TimeOrdered
from pixazo.prepared import Rows

if TYPE_CHECKING:
    from generation.models.job import Job

# Databases keep a moment to the millisecond or to the microsecond, and compare it as they wrote it.
BLINK = timedelta(microseconds=1)


class JobState(TimeOrdered):
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempt = models.PositiveSmallIntegerField(
        default=0, help_text="Raised by each claim; a worker writes only under its own number."
    )
    lease_until = models.DateTimeField(null=True, help_text="On the database's clock.")
    worker = models.CharField(max_length=100, blank=True)
    alone = models.BooleanField(
        default=False, help_text="A call that it was part of broke: it gets one of its own."
    )
    step = models.PositiveIntegerField(default=0)
    steps = models.PositiveIntegerField(default=0)
    error_code = models.CharField(max_length=40, blank=True)
    error = models.CharField(max_length=500, blank=True, help_text="A sentence for the person.")
    details = models.TextField(blank=True, help_text="For staff: what the machine said.")
    started = models.DateTimeField(null=True)
    progressed = models.DateTimeField(null=True, help_text="When the last step was reported.")
    finished = models.DateTimeField(null=True)

    if TYPE_CHECKING:  # of `Job`, whose part this is
        batch: Batch
        batch_id: UUID
        author_id: UUID
        lane: str
        is_idle: bool
        objects: models.Manager[Job]

    class Meta:
        abstract = True

    def _rows(self) -> models.QuerySet["Job"]:
        return type(self).objects.filter(pk=self.pk)

    def _waiting(self) -> models.QuerySet["Job"]:
        """The row while it waits as it did when it was read."""
        return self._rows().filter(state=State.QUEUED, attempt=self.attempt)

    def _mine(self) -> models.QuerySet["Job"]:
        """The row while this worker holds it. The name and the beginning are part of the fence:
        after a hand-back or a person's retry another worker, or the same one again, may have the
        same attempt number."""
        rows = self._rows().filter(state__in=ACTIVE, attempt=self.attempt, worker=self.worker)
        if self.started is None:
            return rows
        return rows.filter(started__range=(self.started - BLINK, self.started + BLINK))

    @transaction.atomic
    def _back_in_line(self, rows: models.QuerySet["Job"], note: str, **changes: Any) -> bool:
        if not self._move(rows, State.QUEUED, note=note, **changes):
            return False
        reach("back.written")
        Turn.objects.arrive(self.author_id, self.lane, self.is_idle)
        return True

    @transaction.atomic(savepoint=False)
    def _move(
        self, rows: models.QuerySet["Job"], state: State, *, note: str = "", **changes: Any
    ) -> bool:
        if not rows.update(state=state, **changes):
            return False
        if state not in ACTIVE:
            Preview.objects.filter(job_id=self.pk).delete()
        before = self.attempt, self.worker
        self._adopt(state=str(state), **changes)
        attempt, worker = (self.attempt, self.worker) if self.worker else before
        moved = {"state": str(state), "attempt": attempt, "worker": worker, "note": note[:200]}
        insert_columns(Transition, 1, job_id=self.pk, **moved)
        transaction.on_commit(partial(diary.moved, self, state, attempt, worker, note))
        self.announce()
        return True

    def _adopt(self, **changes: Any) -> None:
        """Be as the row is now. What the database reckoned is read when somebody asks for it, but
        for the beginning: by then the row may be another worker's."""
        for name, value in changes.items():
            if hasattr(value, "resolve_expression"):
                self.__dict__.pop(name, None)
            else:
                setattr(self, name, value)
        if "started" not in self.__dict__:
            self.refresh_from_db(fields=["started"])

    @transaction.atomic
    def _finish(
        self, rows: models.QuerySet["Job"], state: State, *, note: str = "", **changes: Any
    ) -> bool:
        assert state in FINAL
        changes |= {"finished": Now(), "lease_until": None}
        if not self._move(rows, state, note=note, **changes):
            return False
        reach("end.written")
        hold = _HELD.first(reference=self.pk)
        if hold is not None:
            settled = hold.capture() if state == State.SUCCEEDED else hold.release(note or state)
            if settled:
                announce(f"user:{hold.account.user_id}", "units", hold.account.user_id)
        transaction.on_commit(partial(job_ended.send_robust, None, batch_id=self.batch_id))
        return True

    def announce(self) -> None:
        """Tell open pages that this job's tile changed."""
        announce(self.batch.workspace.channel, "job", f"{self.batch_id}/{self.pk}")


_HELD: Rows[Hold] = Rows(
    lambda reference: (
        Hold.objects.open().filter(reference=reference).select_related("account").order_by()
    ),
    reference=UUID,
)
