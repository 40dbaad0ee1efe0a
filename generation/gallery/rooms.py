"""Which pictures a person sees in the gallery, and which of those they may change."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from generation.models import Image
from pixazo.prepared import Rows
from workspaces.models import FormerSlug, Membership
from workspaces.roles import Action


@dataclass(frozen=True)
class Rooms:
    """The workspaces that somebody works in, by what they may do there. Read once a request."""

    user: Any
    memberships: Sequence[Membership]

    @classmethod
    def of(cls, user: Any) -> "Rooms":
        return cls(user, _OF_PERSON(user=user.pk))

    @property
    def all(self) -> list[UUID]:
        return [each.workspace_id for each in self.memberships]

    def pictures(self) -> QuerySet[Image]:
        """Without what is in the trash, alone or with its batch."""
        return Image.objects.visible().filter(workspace_id__in=self.all)

    def trash(self) -> QuerySet[Image]:
        """What they put there, or may take from there."""
        thrown = Q(deleted__isnull=False) | Q(job__in=Image.objects.gone_jobs())
        return self.changeable(Image.objects.filter(thrown, workspace_id__in=self.all))

    def changeable(self, images: QuerySet[Image]) -> QuerySet[Image]:
        """The owner of a workspace changes everything in it, an editor what is theirs."""
        theirs = Q(job__author_id=self.user.pk, workspace_id__in=self.where(Action.CHANGE_OWN))
        return images.filter(Q(workspace_id__in=self.where(Action.CHANGE_ALL)) | theirs)

    def markable(self, images: QuerySet[Image]) -> QuerySet[Image]:
        """Whoever works in a workspace rates and tags what is in it."""
        return images.filter(workspace_id__in=self.worked_in)

    def named(self, slug: str) -> list[UUID]:
        """By its slug, or by one that it had before."""
        found = [each.workspace_id for each in self.memberships if each.workspace.slug == slug]
        former = FormerSlug.objects.filter(workspace__in=self.all, slug=slug).order_by("id")
        return found or list(former.values_list("workspace", flat=True)[:1])

    def put_on(self, images: Sequence[Image]) -> None:
        """Give each its workspace, which is known: a join would have the database start there."""
        known = {each.workspace_id: each.workspace for each in self.memberships}
        for image in images:
            image.workspace = known[image.workspace_id]

    @property
    def worked_in(self) -> list[UUID]:
        return self.where(Action.MAKE)

    def where(self, action: Action) -> list[UUID]:
        return [each.workspace_id for each in self.memberships if each.may(action)]


_OF_PERSON: Rows[Membership] = Rows(
    lambda user: (
        Membership.objects.filter(user=user)
        .select_related("workspace")
        .order_by("-workspace__last_used")
    ),
    planned_once=True,
    user=UUID,
)
