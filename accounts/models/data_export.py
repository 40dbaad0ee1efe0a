"""All that is somebody's own, put together as one file for them, in the background. Its states
change by conditional updates only."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.timezone import now
from django.utils.translation import get_language, gettext, gettext_lazy

from pixazo.backup.leaving import remove
from pixazo.errors import UserError
from pixazo.models import TimeOrdered

KEPT = timedelta(days=7)
SILENT = timedelta(minutes=10)  # then whoever worked on it is dead


class BeingMade(UserError):
    code = "busy"
    status = 409


class DataExportQuerySet(models.QuerySet["DataExport"]):
    def ask(self, user: Any) -> "DataExport":
        """Raises `BeingMade`: one at a time."""
        try:
            with transaction.atomic():
                return self.create(user=user)
        except IntegrityError:
            raise BeingMade(gettext("Your data is being put together already.")) from None

    def waiting(self) -> "DataExportQuerySet":
        return self.filter(state=DataExport.State.QUEUED)

    def silent(self) -> "DataExportQuerySet":
        return self.filter(state=DataExport.State.RUNNING, seen__lt=now() - SILENT)

    def over(self) -> "DataExportQuerySet":
        return self.filter(expires__lt=now())


class DataExport(TimeOrdered):
    class State(models.TextChoices):
        QUEUED = "queued", gettext_lazy("Waiting")
        RUNNING = "running", gettext_lazy("At work")
        DONE = "done", gettext_lazy("Done")
        FAILED = "failed", gettext_lazy("Failed")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="exports")
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    key = models.CharField(max_length=100, blank=True, help_text="In the storage.")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes.")
    done = models.PositiveIntegerField(default=0, help_text="Files that are in it.")
    total = models.PositiveIntegerField(default=0, help_text="0: not known yet.")
    language = models.CharField(max_length=10, default=get_language)
    seen = models.DateTimeField(default=now, help_text="When whoever works on it last said so.")
    expires = models.DateTimeField(null=True)

    objects = DataExportQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["user"],
                condition=Q(state__in=("queued", "running")),
                name="one_export_of_a_person",
            ),
        )

    def __str__(self) -> str:
        return f"Export {self.pk}"

    @property
    def is_at_work(self) -> bool:
        return self.state in (self.State.QUEUED, self.State.RUNNING)

    @property
    def name(self) -> str:
        return f"pixazo-{self.created:%Y-%m-%d}.zip"

    def claim(self) -> bool:
        return self._move(self.State.QUEUED, state=self.State.RUNNING)

    def note(self, done: int, total: int) -> bool:
        """It goes on. False if nobody wants it any more."""
        return self._move(self.State.RUNNING, done=done, total=total)

    def finish(self, key: str, size: int) -> bool:
        done = {"state": self.State.DONE, "key": key, "size": size, "expires": now() + KEPT}
        return self._move(self.State.RUNNING, **done)

    def fail(self) -> bool:
        failed = {"state": self.State.FAILED, "expires": now() + KEPT}
        return self._move(self.State.RUNNING, **failed)

    def _move(self, was: str, **changes: Any) -> bool:
        rows = type(self).objects.filter(pk=self.pk, state=was)
        if not rows.update(seen=now(), **changes):
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        return True


@receiver(pre_delete, sender=DataExport)
def remove_file(instance: DataExport, **kwargs: Any) -> None:
    """However the row goes: alone, or with its person."""
    if key := instance.key:
        transaction.on_commit(lambda: remove(key), robust=True)
