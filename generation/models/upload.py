"""A picture that came from outside, to work from: checked, re-encoded, stored once a workspace."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from pixazo.models import TimeOrdered
from workspaces.models import Workspace

# Of rooms above: the ids of uploads that they show somewhere.
_shown: list[Callable[[], "models.QuerySet[Any, Any]"]] = []


def register_shown(ids: Callable[[], "models.QuerySet[Any, Any]"]) -> None:
    _shown.append(ids)


class UploadQuerySet(models.QuerySet["Upload"]):
    def unused(self, before: datetime) -> "UploadQuerySet":
        """Sent before then, no batch works from it, and it is shown nowhere."""
        rows = self.filter(created__lt=before, used_in=None)
        for ids in _shown:
            rows = rows.exclude(pk__in=ids())
        return rows


class Upload(TimeOrdered):
    class Origin(models.TextChoices):
        FILE = "file", gettext_lazy("Uploaded")
        URL = "url", gettext_lazy("Fetched")
        MASK = "mask", gettext_lazy("Painted")

    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="uploads")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="uploads"
    )
    # Storage keys: uploads/<workspace>/<opaque>.png and .small.webp beside it.
    original = models.CharField(max_length=300, unique=True)
    small = models.CharField(max_length=300, help_text="WebP, longer side at most 384 px.")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    bytes = models.PositiveBigIntegerField(help_text="Of the original.")
    extra_bytes = models.PositiveBigIntegerField(default=0, help_text="Of the small one.")
    sha256 = models.CharField(max_length=64, help_text="Of the original, as we encoded it.")
    arrived_sha256 = models.CharField(
        max_length=64, blank=True, help_text="Of the file as which it came in an archive."
    )
    origin = models.CharField(max_length=10, choices=Origin, default=Origin.FILE)

    objects = UploadQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        constraints = (models.UniqueConstraint(fields=["workspace", "sha256"], name="upload_once"),)

    def __str__(self) -> str:
        return self.original

    @property
    def keys(self) -> tuple[str, str]:
        return self.original, self.small

    @property
    def is_kept(self) -> bool:
        """False for one that only stands for what has not been brought in yet."""
        return not self._state.adding

    @property
    def name(self) -> str:
        """How a request names it."""
        return f"upload:{self.pk}"
