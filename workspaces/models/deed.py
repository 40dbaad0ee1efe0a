"""What somebody did in a workspace that changes no row of which versions are kept: who came, who
may do what, which pictures went. Its history tells of it (`history/`)."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils.timezone import now
from simple_history.models import HistoricalRecords

from pixazo.models import TimeOrdered
from workspaces.roles import Role

# Whoever throws away one picture after another did it once.
TOGETHER = timedelta(minutes=10)


class Deed(TimeOrdered):
    class Kind(models.TextChoices):
        INVITED = "invited"
        WITHDREW = "withdrew"
        CAME = "came"
        ROLE = "role"
        OUT = "out"
        LEFT = "left"
        HANDED = "handed"
        THROWN = "thrown"
        BACK = "back"
        PURGED = "purged"

    OF_PICTURES = (Kind.THROWN, Kind.BACK, Kind.PURGED)

    workspace = models.ForeignKey("workspaces.Workspace", models.CASCADE, related_name="deeds")
    # Empty by now: their account is gone, and their name with it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # An invitation names nobody: an address is nobody's name here, and is forgotten after a month.
    whom = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    role = models.CharField(max_length=10, choices=Role, blank=True)
    count = models.PositiveIntegerField(default=1)
    done = models.DateTimeField(default=now, help_text="The last of them.")

    class Meta:
        ordering = ("-done", "-id")
        indexes = (models.Index(fields=["workspace", "-done"]),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.count}"

    @classmethod
    def tell(
        cls, workspace_id: Any, kind: "Deed.Kind", whom: Any = None, role: str = "", count: int = 1
    ) -> None:
        """By the person of the request, whichever way they signed in."""
        if not count:
            return
        by = person()
        if by and kind in cls.OF_PICTURES:
            rows = cls.objects.filter(workspace=workspace_id, kind=kind, by=by)
            last = rows.filter(done__gt=now() - TOGETHER).first()
            more = {"count": F("count") + count, "done": now()}
            if last and rows.filter(pk=last.pk).update(**more):
                return
        cls.objects.create(
            workspace_id=workspace_id, kind=kind, by=by, whom=whom, role=role, count=count
        )


def person() -> Any:
    """Who is signed in, where there is a request; as the versions of rows know it."""
    request = getattr(HistoricalRecords.context, "request", None)
    user = getattr(request, "user", None)
    return user if user is not None and user.is_authenticated else None
