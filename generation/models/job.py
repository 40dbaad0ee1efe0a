"""One image to be made."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.timezone import now

from billing.units import UnitsField
from generation.clock import moment
from generation.models import states
from generation.models.batch import Batch
from generation.models.image_model import ImageModel
from generation.models.job_moves import FORGIVEN, JobMoves


class JobQuerySet(models.QuerySet["Job"]):
    def waiting(self) -> "JobQuerySet":
        return self.filter(state=states.Written(Job.State.QUEUED))

    def active(self) -> "JobQuerySet":
        """In a worker's hands."""
        return self.filter(state__in=[states.Written(state) for state in Job.ACTIVE])

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=[states.Written(state) for state in states.UNFINISHED])

    def lost(self) -> "JobQuerySet":
        """Whose worker let the lease run out, or renews it without getting on.

        After the last step comes the decoding, which reports nothing: there the lease decides.
        """
        stalled = moment(seconds=-settings.STALL_SECONDS - settings.LEASE_SECONDS)
        is_between_steps = Q(state=Job.State.RUNNING, step__lt=F("steps"))
        return self.active().filter(
            Q(lease_until__lt=Now()) | (is_between_steps & Q(progressed__lt=stalled))
        )


class Job(JobMoves):
    State = states.State
    ACTIVE = states.ACTIVE
    FINAL = states.FINAL
    RETRYABLE = states.RETRYABLE

    batch = models.ForeignKey(Batch, models.CASCADE, related_name="jobs")
    index = models.PositiveSmallIntegerField(help_text="Place in the batch, from 0.")
    # Copied from the batch, so that a claim reads one table.
    author_id = models.UUIDField(help_text="Whose units it takes and whose turn it is.")
    model = models.ForeignKey(ImageModel, models.PROTECT, related_name="jobs")
    lane = models.CharField(max_length=10)
    shape = models.CharField(
        max_length=64, help_text="Jobs of one shape can be made by one pipeline call."
    )
    seed = models.PositiveBigIntegerField()
    units = UnitsField(default=1, help_text="That it takes.")
    is_idle = models.BooleanField(
        default=False, help_text="Drawn only when nothing else waits in its lane."
    )
    rank = models.IntegerField(
        default=0, help_text="Order among its author's own: the lowest first, then by age."
    )
    rest_until = models.DateTimeField(
        null=True, help_text="A service asked to come back later: not claimed before."
    )
    told_from = models.DateTimeField(
        null=True, help_text="The first range that its person was told: done not before..."
    )
    told_until = models.DateTimeField(null=True, help_text="... and not after.")
    told_place = models.PositiveIntegerField(
        null=True, help_text="The best place in line that its person was told."
    )
    remote_id = models.CharField(
        max_length=200,
        blank=True,
        help_text="What a service calls it: asked about, not sent twice.",
    )
    waiting_since = models.DateTimeField(default=now)
    picture_purged = models.DateTimeField(
        null=True, editable=False, help_text="When its picture was deleted for good."
    )

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("batch", "index")
        constraints = (
            models.UniqueConstraint(fields=["batch", "index"], name="job_once_per_place"),
        )
        indexes = (
            # The queue: only what waits, so that finished jobs cost a claim nothing.
            # A claim skips from person to person and from model to model through it.
            models.Index(
                fields=["lane", "is_idle", "author_id", "model", "rank", "waiting_since", "id"],
                condition=Q(state="queued"),
                name="job_line",
            ),
            # What one call can make together with the job that is next.
            models.Index(
                fields=["shape", "rank", "waiting_since", "id"],
                condition=Q(state="queued"),
                name="job_mates",
            ),
            models.Index(
                fields=["author_id", "lease_until"],
                condition=Q(state__in=["preparing", "running", "saving"]),
                name="job_leased",
            ),
            # What is being made in a topic, or of a batch: few rows beside all that ended.
            models.Index(
                fields=["batch"],
                condition=Q(state__in=["queued", "preparing", "running", "saving"]),
                name="job_unfinished",
            ),
            # Of a topic's pictures only the number is wanted: nothing but indexes is read for it,
            # this one and the picture's `image_shown_of_job`.
            models.Index(fields=["batch", "id"], name="job_of_batch"),
            # What a model's recent pictures took, for estimates.
            models.Index(
                fields=["model", "-finished"], condition=Q(state="succeeded"), name="job_made"
            ),
            models.Index(fields=["author_id", "-id"]),
            # What ended of late, for figures: written once in a job's life.
            models.Index(
                fields=["finished", "author_id"],
                condition=Q(finished__isnull=False),
                name="job_ended",
            ),
        )

    def __str__(self) -> str:
        return f"{self.batch_id} #{self.index}: {self.get_state_display()}"

    @property
    def has_ticket(self) -> bool:
        """Whether a service has it under a number of its own: an order alone is only marked."""
        return ":" in self.remote_id

    @property
    def is_finished(self) -> bool:
        return self.state in self.FINAL

    @property
    def is_active(self) -> bool:
        return self.state in self.ACTIVE

    @property
    def is_retryable(self) -> bool:
        is_forgiven = self.state == self.State.BLOCKED and self.error_code == FORGIVEN
        return self.state in self.RETRYABLE or is_forgiven
