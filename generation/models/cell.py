"""One picture of an experiment: what is asked for, and what became of it."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from billing.units import UnitsField
from generation.models import states
from generation.models.batch import Batch
from generation.models.experiment import Experiment
from pixazo.errors import UserError

if TYPE_CHECKING:
    from generation.models.image import Image
    from generation.models.job import Job


class CeilingReached(UserError):
    code = "ceiling_reached"
    status = 409

    def __init__(self) -> None:
        super().__init__(
            _("The experiment's ceiling leaves no room for this picture. Raise it and try again.")
        )


class CellQuerySet(models.QuerySet["Cell"]):
    def planned(self) -> "CellQuerySet":
        """What is still to be begun, in order."""
        return self.filter(state=Cell.State.PLANNED).order_by("place")

    def ended(self) -> "CellQuerySet":
        """Counted as underway, and its job is not any more, or has gone."""
        is_over = Q(batch=None) | Q(batch__jobs__state__in=states.FINAL)
        rows = self.filter(is_over, state=Cell.State.UNDERWAY)
        return rows.select_related("batch").prefetch_related("batch__jobs")

    def take_again(self, job: "Job") -> None:
        """A retry of a picture counts in its experiment, where it is of one. In the transaction
        that queues the job again; raises `CeilingReached`."""
        cell = self.filter(batch_id=job.batch_id).first()
        if cell is None:
            return
        # The experiment's row is locked before its cells, as everywhere.
        rows = Experiment.objects.select_for_update().filter(pk=cell.experiment_id)
        experiment = rows.first()
        if experiment is None:
            return  # deleted at this moment: it counts nowhere any more
        if not self.filter(pk=cell.pk).exclude(state=Cell.State.UNDERWAY).exists():
            return  # its failure had not been counted yet
        if not experiment.take_again(cell.units):
            raise CeilingReached
        self.filter(pk=cell.pk).update(state=Cell.State.UNDERWAY)


class Cell(models.Model):
    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        UNDERWAY = "underway", "Underway"
        MADE = "made", "Made"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"
        REFUSED = "refused", "Not possible"

    OUTCOMES = {
        states.State.SUCCEEDED: State.MADE,
        states.State.CANCELLED: State.CANCELLED,
        states.State.FAILED: State.FAILED,
        states.State.BLOCKED: State.FAILED,
        states.State.EXPIRED: State.FAILED,
    }

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="cells")
    place = models.PositiveSmallIntegerField(help_text="In the order of drawing, from 0.")
    at = models.JSONField(default=list, help_text="Its number on each axis, from 0.")
    request = models.JSONField(default=dict, help_text="Complete, as it was checked.")
    units = UnitsField(default=1)
    state = models.CharField(max_length=10, choices=State, default=State.PLANNED)
    said = models.CharField(max_length=500, blank=True, help_text="Why it is not possible.")
    # Where the batch is deleted for good, the state remembers that it was begun.
    batch = models.OneToOneField(Batch, models.SET_NULL, null=True, related_name="cell")

    objects = CellQuerySet.as_manager()

    class Meta:
        ordering = ("experiment", "place")
        constraints = (
            models.UniqueConstraint(fields=["experiment", "place"], name="cell_once_per_place"),
        )
        indexes = (models.Index(fields=["experiment", "state", "place"]),)

    def __str__(self) -> str:
        return f"{self.experiment_id} #{self.place}: {self.get_state_display()}"

    @property
    def job(self) -> "Job | None":
        """Its one picture's; read `batch__jobs` with it."""
        return next(iter(self.batch.jobs.all()), None) if self.batch else None

    @property
    def image(self) -> "Image | None":
        """The picture that is to be seen: not one in the trash."""
        job = self.job
        image: Image | None = getattr(job, "image", None)
        is_there = image and not image.deleted and self.batch and not self.batch.deleted
        return image if is_there else None

    def outcome(self) -> str:
        job = self.job
        return self.OUTCOMES[states.State(job.state)] if job else self.State.CANCELLED

    def take(self) -> bool:
        """Begin it; False if somebody was first."""
        return self._move(self.State.PLANNED, self.State.UNDERWAY)

    def refuse(self, sentence: str) -> bool:
        """It can't be asked for any more: the model has gone, the policy forbids it."""
        return self._move(self.State.PLANNED, self.State.REFUSED, said=sentence[:500])

    def plan_again(self) -> bool:
        return self._move(self.State.REFUSED, self.State.PLANNED, said="")

    def _move(self, old: str, new: str, **changes: str) -> bool:
        rows = Cell.objects.filter(pk=self.pk, state=old)
        if not rows.update(state=new, **changes):
            return False
        self.state = new
        return True
