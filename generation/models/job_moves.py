"""What may become of a job, and who may say so: its worker, people, the sweeper.

What a worker does is fenced: it counts only while the row still bears its name and its attempt.
"""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from billing.models import Account
from generation.clock import lease_end, moment
from generation.fault_points import reach
from generation.models.batch import Batch
from generation.models.job_state import BLINK, JobState
from generation.models.states import RETRYABLE, UNFINISHED, State
from pixazo.insertion import insert
from pixazo.prepared import Rows

if TYPE_CHECKING:
    from generation.models.image import Image
    from generation.models.job import Job

# So much longer a job rests after each loss but the first, which may have been a mishap.
BACK_OFF = 10.0  # seconds
# The error code of a job that was blocked and may be made after all.
FORGIVEN = "forgiven"
# It is made and paid for, or will be: a retry asks for it by its ticket and orders nothing.
HELD_FOR_US = ("result_lost", "service_queue", "service_word")
FRESH: dict[str, Any] = {
    "worker": "",
    "lease_until": None,
    "step": 0,
    "started": None,
    "progressed": None,
    "finished": None,
    "error_code": "",
    "error": "",
    "details": "",
}
TIMES = {1: gettext_noop("once"), 2: gettext_noop("twice"), 3: gettext_noop("three times")}


class JobMoves(JobState):
    class Meta:
        abstract = True

    # --- By a worker ---

    def claim(self, worker: str) -> bool:
        """Take a waiting job; False if somebody was first."""
        return self._move(
            self._waiting(),
            State.PREPARING,
            **FRESH | {"worker": worker, "started": Now(), "lease_until": lease_end()},
            attempt=self.attempt + 1,
        )

    def start_drawing(self) -> bool:
        """The model is loaded. False here and below: the job is no longer this worker's."""
        rows = self._mine().filter(state=State.PREPARING)
        return self._move(rows, State.RUNNING, progressed=Now(), lease_until=lease_end())

    def note_remote(self, remote_id: str) -> bool:
        """A service has accepted it and calls it so: a later attempt asks instead of ordering."""
        return bool(self._mine().update(remote_id=remote_id))

    def note_step(self, step: int) -> bool:
        changes = {"step": step, "progressed": Now(), "lease_until": lease_end()}
        if not self._mine().filter(state=State.RUNNING).update(**changes):
            return False
        self.step = step
        return True

    def is_still_mine(self) -> bool:
        """A look without a write: False after a cancel or a lost lease."""
        if self.started is None:
            return self._mine().exists()
        begun = {"since": self.started - BLINK, "until": self.started + BLINK}
        rows = _MINE(pk=self.pk, worker=self.worker, **begun)
        return any(row.attempt == self.attempt for row in rows)

    def renew_lease(self) -> bool:
        return bool(self._mine().update(lease_until=lease_end()))

    def start_saving(self) -> bool:
        # Still preparing: the database was away from the beginning to the last step.
        rows = self._mine().filter(state__in=(State.PREPARING, State.RUNNING))
        return self._move(rows, State.SAVING, step=self.steps, lease_until=lease_end())

    @transaction.atomic
    def succeed(self, image: "Image") -> bool:
        """The picture's files are there: keep its row and use the units, together."""
        if not self._finish(self._mine().filter(state=State.SAVING), State.SUCCEEDED):
            return False
        from generation.models.image_words import ImageWords  # which stands on this file

        Account.objects.store(self.author_id, image.bytes + image.extra_bytes)
        insert([image])
        insert([ImageWords.of(image)])
        reach("keep.row")
        return True

    def fail(self, code: str, sentence: str, details: str = "") -> bool:
        """End without a picture. `sentence` is for the person, `details` are for staff."""
        return self._finish(
            self._mine(),
            State.FAILED,
            note=code,
            error_code=code,
            error=sentence[:500],
            details=details,
        )

    def block(self, code: str, sentence: str, details: str = "") -> bool:
        """A safety check stopped it: no picture, nothing to pay."""
        return self._finish(
            self._mine(),
            State.BLOCKED,
            note=code,
            error_code=code,
            error=sentence[:500],
            details=details,
        )

    def hand_back(self, note: str, *, alone: bool = False, rest: float = 0.0) -> bool:
        """Give up in good order: the job waits again and the attempt does not count.

        `alone`: it is drawn without company from now on, so that its failure is its own.
        `rest`: not claimed again for that many seconds.
        """
        fresh = FRESH | {"attempt": self.attempt - 1, "alone": alone or self.alone}
        if rest:
            fresh["rest_until"] = moment(seconds=rest)
        return self._back_in_line(self._mine(), note, **fresh)

    # --- By people and by the sweeper ---

    def cancel(self) -> bool:
        """Stop it, waiting or being drawn. False if it had ended before.

        It is over at once, also for the units: the worker finds out at its next step.
        """
        return self._finish(self._rows().filter(state__in=UNFINISHED), State.CANCELLED)

    def expire(self, sentence: str) -> bool:
        """It waited too long. False if it is no longer waiting."""
        return self._finish(
            self._waiting(), State.EXPIRED, note="expired", error_code="expired", error=sentence
        )

    def lose(self, rows: models.QuerySet["Job"], most: int) -> bool:
        """The worker is gone: wait again, or fail after `most` attempts.

        `rows` narrows to jobs that are lost *now*: the lease may just have been renewed.
        """
        rows = rows.filter(pk=self.pk, attempt=self.attempt, worker=self.worker)
        if self.attempt < most:
            # It may be the job that ends its workers: its author's others go first, then everybody
            # does while it rests, and nobody shares its call.
            rest = (self.attempt - 1) * BACK_OFF
            behind = {"waiting_since": Now(), "rank": 0, "alone": True}
            behind["rest_until"] = moment(seconds=rest) if rest else None
            return self._back_in_line(rows, "worker lost", **FRESH | behind)
        times = TIMES.get(most) or _("%(count)s times") % {"count": most}
        return self._finish(
            rows,
            State.FAILED,
            note="worker lost",
            error_code="worker_lost",
            error=_("The worker was lost %(times)s while it made this picture.") % {"times": times},
            details=f"Last worker: {self.worker}",
        )

    @transaction.atomic
    def forgive(self) -> bool:
        """Staff withdrew the decision that blocked it: its person may have it made again."""
        said = {
            "error_code": FORGIVEN,
            "error": gettext_noop("Staff looked again: you may have it drawn."),
        }
        if not self._rows().filter(state=State.BLOCKED).update(**said):
            return False
        self.refresh_from_db(fields=list(said))
        self.announce()
        return True

    def wait_again(self, author_id: Any, since: Any) -> bool:
        """After a person's retry: at the end of the queue. The caller holds units, and then has
        its author in line again (`Turn.objects.arrive`)."""
        # The batch by a query of its own: joined, the state would be looked at before the row's
        # turn came, and two who ask at once would both be first.
        kept = Batch.objects.visible().filter(pk=self.batch_id)
        forgiven = Q(state=State.BLOCKED, error_code=FORGIVEN)
        rows = self._rows().filter(Q(state__in=RETRYABLE) | forgiven, batch__in=kept)
        fresh = FRESH | {"author_id": author_id, "waiting_since": since, "attempt": 0}
        fresh |= {
            "remote_id": _ticket_that_holds(),
            "rank": 0,
            "alone": False,
            "rest_until": None,
            "told_from": None,
            "told_until": None,
            "told_place": None,
        }
        return self._move(rows, State.QUEUED, note="asked for again", **fresh)


def _ticket_that_holds() -> Case:
    held = When(error_code__in=HELD_FOR_US, remote_id__contains=":", then=F("remote_id"))
    return Case(held, default=Value(""))


def _held(pk: UUID, worker: str, since: datetime, until: datetime) -> Any:
    from generation.models.job import Job  # which stands on this file

    rows = Job.objects.active().filter(pk=pk, worker=worker, started__range=(since, until))
    return rows.order_by().only("pk", "attempt")


# Asked at every step, while the drawing waits.
_MINE = Rows(_held, pk=UUID, worker=str, since=datetime, until=datetime)
