"""An archive that is written or taken in, in the background. Its states change by conditional
updates only: whoever finds the row otherwise than expected stops."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import Q
from django.utils.timezone import now
from django.utils.translation import get_language, gettext_lazy

from pixazo.events import announce
from pixazo.logs import audit
from pixazo.models import TimeOrdered
from workspaces.archive.errors import Busy
from workspaces.models.workspace import Workspace

KEPT = timedelta(days=7)  # an export, and what is said of a failure
WAITS = timedelta(days=1)  # what was sent, for the rest of it or for an answer


class ArchiveJobQuerySet(models.QuerySet["ArchiveJob"]):
    def at_work(self) -> "ArchiveJobQuerySet":
        return self.filter(state__in=ArchiveJob.AT_WORK)

    def of(self, person: Any) -> "ArchiveJobQuerySet":
        """Their own, and of a workspace only as long as it is theirs."""
        return self.filter(person=person).filter(Q(workspace=None) | Q(workspace__owner=person))


class ArchiveJob(TimeOrdered):
    class Kind(models.TextChoices):
        EXPORT = "export", gettext_lazy("Export")
        IMPORT = "import", gettext_lazy("Import")

    class State(models.TextChoices):
        SENDING = "sending", gettext_lazy("Being sent")
        QUEUED = "queued", gettext_lazy("Waiting")
        RUNNING = "running", gettext_lazy("At work")
        READY = "ready", gettext_lazy("Looked at")
        DONE = "done", gettext_lazy("Done")
        FAILED = "failed", gettext_lazy("Failed")

    AT_WORK = (State.QUEUED, State.RUNNING)

    kind = models.CharField(max_length=10, choices=Kind)
    state = models.CharField(max_length=10, choices=State)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="archive_jobs"
    )
    workspace = models.ForeignKey(
        Workspace,
        models.CASCADE,
        null=True,
        related_name="archive_jobs",
        help_text="What is exported, or what it comes to. Empty: a new one that is still to be.",
    )
    name = models.CharField(max_length=200, help_text="Of the file.")
    keys = models.JSONField(default=list, help_text="In the storage: the parts, in their order.")
    size = models.PositiveBigIntegerField(default=0, help_text="Bytes of the file.")
    is_confirmed = models.BooleanField(default=False, help_text="Somebody saw what would come.")
    policy = models.CharField(max_length=10, default="skip")
    report = models.JSONField(null=True, help_text="What would come.")
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0, help_text="0: not known yet.")
    language = models.CharField(max_length=10, default=get_language, help_text="Of its sentences.")
    sentence = models.CharField(max_length=500, blank=True, help_text="Why it failed.")
    seen = models.DateTimeField(default=now, help_text="When whoever works on it last said so.")
    expires = models.DateTimeField(null=True)

    objects = ArchiveJobQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=["workspace"],
                condition=Q(state__in=("queued", "running")),
                name="one_archive_of_a_workspace",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(state__in=("queued", "running"), kind="import"),
                name="one_import_of_a_person",
            ),
        )
        indexes = (models.Index(fields=["state", "seen"]),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.pk}"

    @classmethod
    def export(cls, workspace: Workspace, person: Any) -> "ArchiveJob":
        """Ask for an archive. Raises `Busy`."""
        job = cls(
            kind=cls.Kind.EXPORT,
            state=cls.State.QUEUED,
            person=person,
            workspace=workspace,
            name=f"{workspace.slug}-{now():%Y-%m-%d}.tar.gz",
        )
        try:
            with transaction.atomic():
                job.save(force_insert=True)
        except IntegrityError:
            raise Busy from None
        audit.note("workspace.exported", who=person.pk, workspace=workspace.pk)
        return job

    def queue(self, was: str, **changes: Any) -> bool:
        """Have it worked on. False if it is otherwise by now; raises `Busy`."""
        try:
            with transaction.atomic():
                return self.move((was,), self.State.QUEUED, done=0, total=0, **changes)
        except IntegrityError:
            raise Busy from None

    def claim(self) -> bool:
        return self.move((self.State.QUEUED,), self.State.RUNNING)

    def finish(self, **changes: Any) -> bool:
        expires = now() + KEPT
        return self.move((self.State.RUNNING,), self.State.DONE, expires=expires, **changes)

    def show(self, report: dict[str, Any]) -> bool:
        """It was looked at: its person decides."""
        until = {"report": report, "expires": now() + WAITS}
        return self.move((self.State.RUNNING,), self.State.READY, **until)

    def fail(self, sentence: str) -> bool:
        changes = {"sentence": sentence[:500], "expires": now() + KEPT}
        return self.move(self.AT_WORK, self.State.FAILED, **changes)

    def note(self, done: int, total: int) -> bool:
        """It goes on. False if nobody wants it any more."""
        rows = type(self).objects.filter(pk=self.pk, state=self.State.RUNNING)
        return bool(rows.update(seen=now(), done=done, total=total))

    @transaction.atomic
    def move(self, old: tuple[str, ...], new: str, **changes: Any) -> bool:
        rows = type(self).objects.filter(pk=self.pk, state__in=old)
        changes |= {"state": new, "seen": now()}
        if not rows.update(**changes):
            return False
        for name, value in changes.items():
            setattr(self, name, value)
        announce(f"user:{self.person_id}", "archive", self.pk)
        return True

    @property
    def is_export(self) -> bool:
        return self.kind == self.Kind.EXPORT

    @property
    def is_at_work(self) -> bool:
        return self.state in self.AT_WORK

    @property
    def has_conflicts(self) -> bool:
        """Whether there is anything to choose."""
        return any(line["conflict"] for line in (self.report or {}).get("lines", ()))

    @property
    def most_bytes(self) -> int:
        """Of an archive that the site's pages take in."""
        return int(settings.ARCHIVE_GB * 10**9)

    @property
    def is_too_large_here(self) -> bool:
        """Whether one that was made would not come in again."""
        return self.is_export and self.state == self.State.DONE and self.size > self.most_bytes
