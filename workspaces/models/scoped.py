"""What is kept for later has an owner and a scope: whose, and where it can be used (C09)."""

from typing import Any, Self, TypeVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from pixazo.models import TimeOrdered
from workspaces.models.membership import Membership
from workspaces.models.workspace import Workspace

M = TypeVar("M", bound="Scoped")


class Scope(models.TextChoices):
    PERSONAL = "personal", gettext_lazy("Mine, in every workspace")
    WORKSPACE = "workspace", gettext_lazy("Everybody's in this workspace")
    SITE = "site", gettext_lazy("Everybody's on this site")


class ScopedQuerySet(models.QuerySet[M]):
    def usable_in(self, workspace: Workspace, user: Any) -> Self:
        """The site's, the workspace's, and the person's own."""
        return self.filter(
            models.Q(scope=Scope.SITE)
            | models.Q(scope=Scope.WORKSPACE, workspace=workspace)
            | models.Q(scope=Scope.PERSONAL, owner=user)
        )


class Scoped(TimeOrdered):
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="%(class)ss"
    )
    scope = models.CharField(max_length=10, choices=Scope, default=Scope.WORKSPACE)
    workspace = models.ForeignKey(
        Workspace, models.CASCADE, null=True, blank=True, related_name="%(class)ss"
    )
    changed = models.DateTimeField(auto_now=True, editable=False)

    class Meta:
        abstract = True
        constraints = (
            models.CheckConstraint(
                name="%(class)s_scope",
                condition=models.Q(scope=Scope.SITE, workspace=None)
                | models.Q(scope=Scope.PERSONAL, workspace=None, owner__isnull=False)
                | models.Q(scope=Scope.WORKSPACE, workspace__isnull=False),
            ),
        )

    def may_change(self, membership: Membership) -> bool:
        """Whoever made it, and in a workspace its owner. The site's are staff's."""
        if self.scope == Scope.SITE:
            return False
        if self.scope == Scope.PERSONAL:
            return self.owner_id == membership.user_id
        return self.workspace_id == membership.workspace_id and (
            membership.may_manage()
            or (membership.may_generate() and self.owner_id == membership.user_id)
        )
