"""The place where work is kept."""

from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.text import slugify

from pixazo.models import TimeOrdered
from workspaces.models.membership import Membership
from workspaces.models.topic import Topic

SLUG_LENGTH = 60


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def visible_to(self, user: Any) -> "WorkspaceQuerySet":
        """The workspaces a person is a member of; the owner is one."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user)


class Workspace(TimeOrdered):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="workspaces")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=SLUG_LENGTH, editable=False)
    description = models.TextField(max_length=2000, blank=True)
    last_used = models.DateTimeField(auto_now_add=True, editable=False)

    objects = WorkspaceQuerySet.as_manager()

    class Meta:
        ordering = ("-last_used",)
        constraints = (
            models.UniqueConstraint(fields=["owner", "slug"], name="workspace_slug_per_owner"),
            models.UniqueConstraint("owner", Lower("name"), name="workspace_name_per_owner"),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("studio", args=[self.slug])

    @classmethod
    def found(cls, owner: Any, name: str, description: str = "") -> "Workspace":
        """Make a workspace with its owner's membership and its default topic."""
        workspace = cls(owner=owner, name=name, description=description)
        workspace.full_clean(exclude=["slug"], validate_constraints=False)
        # Two requests may choose the same free slug; the loser chooses again.
        for _ in range(5):
            workspace.slug = workspace.free_slug()
            try:
                with transaction.atomic():
                    workspace.save(force_insert=True)
                    Membership.objects.create(
                        workspace=workspace, user=owner, role=Membership.Role.OWNER
                    )
                    Topic.objects.create(workspace=workspace, name=Topic.DEFAULT_NAME)
                return workspace
            except IntegrityError:
                if cls.objects.filter(owner=owner, name__iexact=name).exists():
                    break
        raise ValidationError({"name": "You already have a workspace of this name."})

    def free_slug(self) -> str:
        """A slug that is safe in a path and a URL, and unique for the owner.

        "Single Portraits of Highest Quality" gives `single-portraits-of-highest-quality`; a name
        of which nothing is left (emoji, slashes) gives `workspace`.
        """
        base = slugify(self.name)[:SLUG_LENGTH - 4].strip("-_") or "workspace"
        taken = set(
            Workspace.objects.filter(owner=self.owner, slug__startswith=base)
            .exclude(pk=self.pk)
            .values_list("slug", flat=True)
        )
        slug, number = base, 1
        while slug in taken:
            number += 1
            slug = f"{base}-{number}"
        return slug

    @property
    def channel(self) -> str:
        """The channel of events of everything that happens in this workspace."""
        return f"workspace:{self.pk}"

    @property
    def default_topic(self) -> Topic:
        topic = self.topics.order_by("created", "id").first()
        return topic or Topic.objects.create(workspace=self, name=Topic.DEFAULT_NAME)

