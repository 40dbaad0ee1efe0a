"""What is kept for later has an owner and a scope: whose, and where it can be used (C09)."""

from collections.abc import Sequence
from typing import Any, Self, TypeVar

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pixazo.errors import UserError
from pixazo.events import announce
from pixazo.models import TimeOrdered
from workspaces.models.membership import Membership
from workspaces.models.versioned import Versioned
from workspaces.models.workspace import Workspace

M = TypeVar("M", bound="Scoped")


class Scope(models.TextChoices):
    PERSONAL = "personal", gettext_lazy("Mine, in every workspace")
    WORKSPACE = "workspace", gettext_lazy("Everybody's in this workspace")
    SITE = "site", gettext_lazy("Everybody's on this site")


class TooManyKept(UserError):
    code = "too_many"
    status = 409


class ScopedQuerySet(models.QuerySet[M]):
    def usable_in(self, workspace: Workspace, user: Any) -> Self:
        """The site's, the workspace's, and the person's own."""
        return self.filter(
            models.Q(scope=Scope.SITE)
            | models.Q(scope=Scope.WORKSPACE, workspace=workspace)
            | models.Q(scope=Scope.PERSONAL, owner=user)
        )

    def in_place_of(self, row: "Scoped") -> Self:
        """Those where that one is, or shall be: its workspace's, or its owner's own."""
        if row.scope == Scope.WORKSPACE:
            return self.filter(scope=row.scope, workspace=row.workspace_id)
        return self.filter(scope=row.scope, owner=row.owner_id)

    def keep(self, row: M, most: int) -> None:
        """Save what is new, if its workspace, or whose own it is, has fewer than so many. Raises
        `TooManyKept`."""
        self.keep_all([row], most)

    @transaction.atomic
    def keep_all(self, rows: Sequence[M], most: int) -> None:
        """The same of several for one place: all of them or none."""
        if not rows:
            return
        one = rows[0]
        # Whoever keeps another one there at this moment waits, and then counts these.
        places: Any
        if one.scope == Scope.WORKSPACE:
            places, pk = Workspace.objects, one.workspace_id
            sentence = _("A workspace may keep %(most)s of these, and this one has them.")
        else:
            places, pk = get_user_model().objects, one.owner_id
            sentence = _("You may keep %(most)s of these as your own, and you have them.")
        list(places.select_for_update(no_key=True).filter(pk=pk))
        left = max(0, most - self.in_place_of(one).count())
        if len(rows) > max(left, 1):
            sentence = _("%(count)s are more than fit here: there is room for %(left)s.")
        if len(rows) > left:
            raise TooManyKept(sentence % {"most": most, "count": len(rows), "left": left})
        for row in rows:
            row.check_alone()
            row.save(force_insert=True)
        one.announce()


class Scoped(Versioned, TimeOrdered):
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

    def write_over(self, version: int | None) -> None:
        with transaction.atomic():
            was = type(self)._default_manager.filter(pk=self.pk)  # noqa: SLF001  Django's own name
            before = was.values_list("workspace", flat=True).first()
            super().write_over(version)
            self.announce()
            if before and before != self.workspace_id:
                announce(Workspace(pk=before).channel, "kept", self.pk)

    def announce(self) -> None:
        """Tell the open pages of a workspace that something else can be chosen there."""
        if self.workspace_id:
            announce(Workspace(pk=self.workspace_id).channel, "kept", self.pk)

    def check_alone(self) -> None:
        """Asked while nobody else keeps anything in its place: raises a `UserError` where it can't
        stand beside what is there."""

    def may_change(self, membership: Membership) -> bool:
        """Whoever made it, and in a workspace its owner. The site's are staff's."""
        if self.scope == Scope.SITE:
            return False
        if self.scope == Scope.PERSONAL:
            return self.owner_id == membership.user_id
        here = self.workspace_id == membership.workspace_id
        return here and membership.may_change(self.owner_id)
