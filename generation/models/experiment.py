"""Many pictures asked for at once, over axes or from a list, within a budget (D11, W16, W21).

Its row counts what is taken. Everything that changes the counts goes through this row first, by a
conditional UPDATE or under its lock, so that no two processes can pass the ceiling together.
"""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models, transaction
from django.db.models import F, Q
from django.utils.timezone import now
from django.utils.translation import gettext_lazy, ngettext

from billing.units import Units, UnitsField
from generation.models import states
from pixazo.events import announce
from pixazo.models import TimeOrdered
from pixazo.texts.kept import shown
from workspaces.models import Workspace

if TYPE_CHECKING:
    from generation.models.cell import CellQuerySet


class ExperimentQuerySet(models.QuerySet["Experiment"]):
    def living(self) -> "ExperimentQuerySet":
        """Without what is in the trash."""
        return self.filter(deleted=None)

    def live(self) -> "ExperimentQuerySet":
        """Of which something is to be begun, or to be counted."""
        return self.filter(Q(state="running") | Q(underway__gt=0))

    def pause(self) -> None:
        """Before several of their pictures are cancelled, each of which would make room for the
        next."""
        for experiment in self.filter(state="running").distinct():
            experiment.end(Experiment.State.PAUSED, Experiment.Reason.PERSON)


class Experiment(TimeOrdered):
    class Kind(models.TextChoices):
        GRID = "grid", gettext_lazy("Grid")
        LIST = "list", gettext_lazy("List of prompts")

    class State(models.TextChoices):
        RUNNING = "running", gettext_lazy("Running")
        PAUSED = "paused", gettext_lazy("Paused")
        STOPPED = "stopped", gettext_lazy("Stopped")
        DONE = "done", gettext_lazy("Done")

    class Reason(models.TextChoices):
        """Why nothing more of it is begun."""

        PERSON = "person", "By hand"
        CEILING = "ceiling", "The ceiling is reached"
        FAILURES = "failures", "Too many pictures failed"
        LOOK = "look", "So many pictures were to be looked at first"
        UNITS = "units", "No units left"

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="experiments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="experiments")
    name = models.CharField(
        max_length=100, blank=True, help_text="Empty: it is called by what varies, and the prompt."
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.GRID)
    axes = models.JSONField(
        default=list, help_text='[{"name", "label", "values": [{"label", "value"}]}], up to three.'
    )
    asked = models.JSONField(default=dict, help_text="As it was asked for, to be asked for again.")
    count = models.PositiveSmallIntegerField(help_text="Pictures, with those that can't be made.")
    ceiling = UnitsField(help_text="Units that it may take, at most.")
    stop_after = models.PositiveSmallIntegerField(
        null=True, help_text="So many failures stop it. Empty: it goes on."
    )
    pause_after = models.PositiveSmallIntegerField(
        null=True, help_text="It pauses when so many are begun, to be looked at. Empty: never."
    )
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    note = models.CharField(max_length=500, blank=True, help_text="The reason's own sentence.")
    taken = UnitsField(default=0, help_text="Units of what is underway and of what was made.")
    underway = models.PositiveSmallIntegerField(default=0, help_text="Waiting or being drawn.")
    begun = models.PositiveSmallIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0, help_text="Since it last went on.")
    key = models.CharField(max_length=100, blank=True, help_text="The same request comes once.")
    request_id = models.CharField(
        max_length=64,
        blank=True,
        db_default="",
        editable=False,
        help_text="Of the request that began it or had it go on, as the log names it.",
    )
    deleted = models.DateTimeField(null=True, editable=False, help_text="Since when in the trash.")

    if TYPE_CHECKING:  # of `Cell`, which stands on this file
        cells: "CellQuerySet"

    objects = ExperimentQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["author", "key"], condition=~Q(key=""), name="experiment_once_per_key"
            ),
            models.CheckConstraint(
                name="experiment_within_ceiling",
                condition=Q(taken__gte=0) & Q(taken__lte=F("ceiling")),
            ),
        )
        indexes = (
            models.Index(fields=["author", "-id"]),
            models.Index(fields=["workspace", "-id"]),
            models.Index(
                fields=["id"],
                condition=Q(state="running") | Q(underway__gt=0),
                name="experiment_live",
            ),
        )

    def __str__(self) -> str:
        # Staff's lists show it: what people asked for stays out of them.
        return f"Experiment {self.pk}"

    @property
    def title(self) -> str:
        """Its name; else what varies and the prompt, in the language of whoever reads it."""
        if self.name:
            return self.name
        if self.kind == self.Kind.LIST:
            said = ngettext("%(count)s prompt", "%(count)s prompts", self.count)
            return said % {"count": self.count}
        varied = ", ".join(shown(axis["label"]) for axis in self.axes)
        prompt = " ".join(str(self.asked.get("base", {}).get("prompt") or "").split())
        for axis in self.axes:
            if axis["name"] == "prompt":  # its pictures have none but these
                prompt = f"{axis['values'][0]['label']} …"
        return (f"{varied}: {prompt}" if prompt else varied)[:100]

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING

    @property
    def may_go_on(self) -> bool:
        return self.state in (self.State.PAUSED, self.State.STOPPED)

    @property
    def has_room(self) -> Units:
        """Units under the ceiling."""
        return self.ceiling - self.taken

    def take(self, units: Units, portion: int) -> bool:
        """Count one more picture as begun. One conditional UPDATE decides: False where it does not
        run, the portion is underway, or the ceiling or the pause would be passed."""
        rows = self._with_room_for(units).filter(
            Q(pause_after=None) | Q(begun__lt=F("pause_after")),
            state=self.State.RUNNING,
            underway__lt=portion,
        )
        return self._count(rows, units, begun=F("begun") + 1)

    def take_again(self, units: Units) -> bool:
        """Count a picture that somebody retries, whatever state it is in: only the ceiling
        decides."""
        return self._count(self._with_room_for(units), units)

    def note_failure(self) -> None:
        """Of a cell that could not even be asked for."""
        self._move(self._rows(), failures=F("failures") + 1)

    def end(self, state: str, reason: str = "", note: str = "") -> bool:
        """Begin nothing more. False if it was not running."""
        changes = {"state": state, "reason": reason, "note": note[:500]}
        return self._move(self._rows().filter(state=self.State.RUNNING), **changes)

    def stop(self) -> bool:
        """By hand. What waits is then cancelled by the caller."""
        rows = self._rows().filter(state__in=(self.State.RUNNING, self.State.PAUSED))
        return self._move(rows, state=self.State.STOPPED, reason=self.Reason.PERSON, note="")

    def resume(self, ceiling: Units | None = None, request_id: str = "") -> bool:
        """Go on, with another ceiling where one is given; failures count anew."""
        rows = self._rows().living().filter(state__in=(self.State.PAUSED, self.State.STOPPED))
        news: dict[str, Any] = {"pause_after": None, "failures": 0, "reason": "", "note": ""}
        if ceiling is not None:
            rows = rows.filter(taken__lte=Decimal(str(ceiling)))
            news["ceiling"] = Decimal(str(ceiling))
        if request_id:
            news["request_id"] = request_id
        return self._move(rows, state=self.State.RUNNING, **news)

    def put_away(self) -> bool:
        """Into the trash: nothing more of it is begun, and the same request may come anew. What
        waits is then cancelled by the caller. False if it was there already."""
        self.stop()
        return self._move(self._rows().living(), deleted=now(), key="")

    def restore(self) -> bool:
        return self._move(self._rows().exclude(deleted=None), deleted=None)

    @transaction.atomic
    def settle(self) -> int:
        """Count what has ended: its units are free again unless there is a picture. Says how many
        cells that were.

        Under the row's lock, and the jobs are read after it: a retry of one of them, which takes
        this lock as well, is either seen or waits.
        """
        locked = Experiment.objects.select_for_update().filter(pk=self.pk).first()
        if locked is None:
            return 0
        ended = list(self.cells.ended())
        free: Decimal = Decimal(0)
        failures = 0
        for cell in ended:
            state = cell.outcome()
            type(cell).objects.filter(pk=cell.pk).update(state=state)
            failures += state == cell.State.FAILED
            free += Decimal(0 if state == cell.State.MADE else str(cell.units))
        if ended:
            self._move(
                self._rows(),
                taken=F("taken") - free,
                underway=F("underway") - len(ended),
                failures=F("failures") + failures,
            )
        return len(ended)

    def announce(self) -> None:
        announce(self.workspace.channel, "experiment", self.pk)

    def waiting_jobs(self) -> Any:
        from generation.models.job import Job  # which stands on this file's neighbours

        mine = self.cells.filter(state="underway").values("batch_id")
        rows = Job.objects.filter(batch__in=mine, state=states.State.QUEUED)
        return rows.select_related("batch__workspace")

    def _rows(self) -> ExperimentQuerySet:
        return Experiment.objects.filter(pk=self.pk)

    def _with_room_for(self, units: Units) -> ExperimentQuerySet:
        return self._rows().filter(taken__lte=F("ceiling") - Decimal(str(units)))

    def _count(self, rows: ExperimentQuerySet, units: Units, **more: Any) -> bool:
        taken = F("taken") + Decimal(str(units))
        return self._move(rows, taken=taken, underway=F("underway") + 1, **more)

    @transaction.atomic(savepoint=False)
    def _move(self, rows: ExperimentQuerySet, **changes: Any) -> bool:
        if not rows.update(**changes):
            return False
        self.refresh_from_db(fields=list(changes))
        self.announce()
        return True
