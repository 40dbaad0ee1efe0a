"""Who may work in a workspace, and as what."""

from uuid import UUID

from django.conf import settings
from django.db import models

from pixazo.models import TimeOrdered
from workspaces.roles import Action, Role, may


class Membership(TimeOrdered):
    Role = Role

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

    def may(self, action: Action) -> bool:
        return may(self.role, action)

    def may_generate(self) -> bool:
        return self.may(Action.MAKE)

    def may_manage(self) -> bool:
        return self.may(Action.MANAGE)

    def may_comment(self) -> bool:
        return self.may(Action.COMMENT)

    def may_change(self, author_id: UUID | None) -> bool:
        """What somebody else made, or what is theirs."""
        own = author_id == self.user_id and self.may(Action.CHANGE_OWN)
        return own or self.may(Action.CHANGE_ALL)
