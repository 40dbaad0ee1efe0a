"""What a round of the collector removed, for staff to look at."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from django.db import models
from django.utils.timezone import now

from pixazo.models import TimeOrdered

KEPT = timedelta(days=90)
# What is removed, in the order in which it is.
KINDS = {
    "expired": "Pictures put into the trash, their time by the plan being over",
    "requests": "Requests from the trash",
    "pictures": "Pictures from the trash",
    "workspaces": "Workspaces from the trash",
    "topics": "Topics from the trash",
    "experiments": "Experiments from the trash",
    "presets": "Themes, styles, prompts and lists from the trash",
    "chats": "Chats from the trash",
    "invitations": "Invitations that are over",
    "uploads": "Uploads that nothing uses",
    "orphans": "Files that no picture has",
    "quarantine": "Files of safety cases that are closed for long",
}


@dataclass(frozen=True)
class Removed:
    """Files are of the storage, with their bytes; rows those of the kind itself."""

    rows: int = 0
    files: int = 0
    bytes: int = 0

    def __add__(self, other: "Removed") -> "Removed":
        return Removed(self.rows + other.rows, self.files + other.files, self.bytes + other.bytes)


class ClearanceQuerySet(models.QuerySet["Clearance"]):
    def note(self, removed: Mapping[str, Removed], begun: datetime) -> "Clearance | None":
        """Keep what a round removed; one that removed nothing leaves no row. Old ones go."""
        self.filter(created__lt=now() - KEPT).delete()
        known = {kind: asdict(each) for kind, each in removed.items() if each != Removed()}
        if not known:
            return None
        total = sum(removed.values(), Removed())
        return self.create(
            removed=known,
            rows=total.rows,
            files=total.files,
            bytes=total.bytes,
            seconds=(now() - begun).total_seconds(),
        )


class Clearance(TimeOrdered):
    removed = models.JSONField(help_text="Rows, files and bytes of each kind.")
    rows = models.PositiveIntegerField()
    files = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField()
    seconds = models.FloatField()

    objects = ClearanceQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.files} files, {self.rows} rows"

    @property
    def lines(self) -> list[tuple[str, Removed]]:
        """Each kind of which something went, in words."""
        return [
            (KINDS[kind], Removed(**self.removed[kind])) for kind in KINDS if kind in self.removed
        ]
