"""Who may work in a workspace, and as what."""

from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from pixazo.models import TimeOrdered


class Membership(TimeOrdered):
    class Role(models.TextChoices):
        OWNER = "owner", gettext_lazy("Owner")
        EDITOR = "editor", gettext_lazy("Editor")
        VIEWER = "viewer", gettext_lazy("Viewer")

    workspace = models.ForeignKey(
        "workspaces.Workspace", models.CASCADE, related_name="memberships"
    )
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "user"], name="membership_once"),
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(role="owner"), name="one_owner"
            ),
        )

    def __str__(self) -> str:
        return f"{self.user}: {self.get_role_display()}"

    def may_generate(self) -> bool:
        return self.role in {self.Role.OWNER, self.Role.EDITOR}

    def may_manage(self) -> bool:
        return self.role == self.Role.OWNER

    def may_change(self, author_id: UUID | None) -> bool:
        """The owner may change everything in the workspace, an editor what is theirs."""
        own = self.may_generate() and author_id == self.user_id
        return own or self.may_manage()
