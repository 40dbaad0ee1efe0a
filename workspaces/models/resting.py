"""Who works in a workspace that lies in the trash, once it is put back."""

from django.conf import settings
from django.db import models

from pixazo.models import TimeOrdered
from workspaces.roles import Role


class RestingMembership(TimeOrdered):
    """While it lies there, nobody has a membership: what is found through one is not there for
    anybody, by any door."""

    workspace = models.ForeignKey("workspaces.Workspace", models.CASCADE, related_name="resting")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    role = models.CharField(max_length=10, choices=Role)
    since = models.DateTimeField(help_text="When they came.")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "user"], name="resting_once"),)

    def __str__(self) -> str:
        return f"{self.user_id} in {self.workspace_id}"
