"""The place where work is kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.functions import Coalesce, Lower
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext, gettext_lazy, gettext_noop

from accounts.view_as import ONLY_LOOKING, OnlyLooking
from pixazo.models import TimeOrdered
from pixazo.prepared import Rows
from workspaces import owning
from workspaces.models.history import History
from workspaces.models.membership import Membership
from workspaces.models.slugs import SLUG_LENGTH, free_slug, lock_people, slugs_around
from workspaces.models.topic import Topic
from workspaces.models.versioned import Versioned
from workspaces.names import plain_name
from workspaces.roles import Action, who_may
from workspaces.signals import workspace_closing, workspace_going

FIRST_NAME = gettext_noop("My workspace")
NAME_TAKEN = gettext_lazy("You already have a workspace of this name.")


class WorkspaceQuerySet(models.QuerySet["Workspace"]):
    def living(self) -> "WorkspaceQuerySet":
        """Without what is in the trash, where nobody is a member: whoever asks for memberships
        need not ask for this."""
        return self.filter(deleted=None)

    def thrown(self) -> "WorkspaceQuerySet":
        return self.filter(deleted__isnull=False)

    def visible_to(self, user: Any) -> "WorkspaceQuerySet":
        """The workspaces a person is a member of; the owner is one."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(memberships__user=user)

    def with_counts(self) -> "WorkspaceQuerySet":
        """With `topic_count` and `others`: how many people beside the owner work there."""
        topics = Topic.objects.living().filter(workspace=models.OuterRef("pk")).order_by()
        people = Membership.objects.filter(workspace=models.OuterRef("pk")).order_by()
        return self.annotate(
            topic_count=_count_of(topics, "workspace"),
            others=_count_of(people.exclude(user=models.OuterRef("owner")), "workspace"),
        )

    def home_of(self, user: Any) -> "Workspace":
        """Where a person goes on working: the workspace used last. The first call makes one.

        Raises `OnlyLooking` instead while staff look at the site as somebody who has none."""
        if topic := _HOME.first(user=user.pk):
            topic.workspace.oldest_topic = topic
            return topic.workspace
        if home := _worked_in_by(user.pk).order_by("-last_used").first():
            return home  # all its topics are in the trash
        if user.is_looked_at:
            raise OnlyLooking(str(ONLY_LOOKING))
        name = gettext(FIRST_NAME)
        try:
            return Workspace.found(user, name)
        except ValidationError:
            return _worked_in_by(user.pk).get(name=name)  # two first requests at once


class Workspace(Versioned, TimeOrdered):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="workspaces")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=SLUG_LENGTH, editable=False)
    description = models.TextField(max_length=2000, blank=True)
    theme = models.ForeignKey(
        "workspaces.Theme",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="workspaces",
        help_text="What the studio begins with here.",
    )
    chat_model = models.CharField(
        max_length=100,
        default="grok-3-auto",
        editable=False,
        help_text="Slug of the language model that chats begin with here.",
    )
    last_used = models.DateTimeField(auto_now_add=True, editable=False)
    deleted = models.DateTimeField(null=True, editable=False, help_text="Since when in the trash.")

    objects = WorkspaceQuerySet.as_manager()
    history = History(place="id")
    oldest_topic: Topic | None = None  # where it was read along

    class Meta:
        ordering = ("-last_used",)
        constraints = (
            models.UniqueConstraint(fields=["owner", "slug"], name="workspace_slug_per_owner"),
            models.UniqueConstraint(
                "owner",
                Lower("name"),
                condition=models.Q(deleted=None),
                name="living_workspace_name_per_owner",
            ),
        )
        indexes = (
            models.Index(
                fields=["deleted"],
                condition=models.Q(deleted__isnull=False),
                name="workspace_thrown",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("studio", args=[self.slug])

    @classmethod
    def found(cls, owner: Any, name: str, description: str = "") -> "Workspace":
        """Make a workspace with its owner's membership and its default topic.

        Raises `ValidationError` with a sentence if the name won't do.
        """
        workspace = cls(owner=owner, name=plain_name(name), description=description)
        workspace.full_clean(exclude=["slug"], validate_constraints=False)
        try:
            with transaction.atomic():
                lock_people([owner.pk])
                if not owning.has_room(owner.pk):
                    raise ValidationError(owning.no_room_for_me())
                workspace.slug = free_slug(workspace.name, slugs_around(workspace, [owner.pk]))
                workspace.save(force_insert=True)
                Membership.objects.create(
                    workspace=workspace, user=owner, role=Membership.Role.OWNER
                )
                Topic.objects.create(workspace=workspace, author=owner)
        except IntegrityError:
            raise ValidationError({"name": NAME_TAKEN}) from None
        return workspace

    def rename(
        self, name: str, description: str, version: int | None = None, chat_model: str = ""
    ) -> None:
        """Change what people read, and who answers in new chats (empty: who does by now). The slug
        stays: links and folders of pictures keep working. Raises `ChangedMeanwhile`, and
        `ValidationError`."""
        self.name, self.description = plain_name(name), description
        self.chat_model = chat_model or self.chat_model
        try:
            self.full_clean(exclude=["slug"], validate_constraints=False)
            with transaction.atomic():
                self.next_version(version)
                self.save(update_fields=["name", "description", "chat_model"])
        except IntegrityError:
            raise ValidationError({"name": NAME_TAKEN}) from None

    def note_use(self, user: Any) -> None:
        """Remember the use to the minute: one write a minute, not one a page."""
        moment = now()
        if not user.is_looked_at and (moment - self.last_used).total_seconds() > 60:
            Workspace.objects.filter(pk=self.pk).update(last_used=moment)

    def delete_with_everything(self, thrown_before: datetime | None = None) -> bool:
        """Delete the workspace with all that is in it, for good; only if it went to the trash
        before then, where that is said. Whether this deleted it.

        The rooms above are told first: they end their work here and see to their files, which
        go after the rows.
        """
        rows = Workspace.objects.filter(pk=self.pk)
        if thrown_before is not None:
            rows = rows.filter(deleted__lt=thrown_before)
            if not rows.exists():  # it was put back: what is begun there is let alone
                return False
        # Work ends before the lock: whoever finishes a piece of it right now locks the other way.
        workspace_closing.send(Workspace, workspace=self)
        with transaction.atomic():
            # The lock keeps new work out: a row that names the workspace waits, and then fails.
            if not rows.select_for_update().first():
                return False
            workspace_going.send(Workspace, workspace=self)
            # Saved prompts survive it (S157), each as its author's own.
            survivors = self.savedprompts.filter(owner__isnull=False)
            survivors.model.history.filter(workspace=self.pk).delete()
            survivors.update(scope="personal", workspace=None)
            self.delete()
        return True

    @property
    def channel(self) -> str:
        """The channel of events of everything that happens in this workspace."""
        return f"workspace:{self.pk}"

    @property
    def default_topic(self) -> Topic:
        """The oldest there is: where pictures go that name no other."""
        # Once: it may be in the trash by the next time.
        topic, self.oldest_topic = self.oldest_topic, None
        return topic or self.ensure_topic()

    def ensure_topic(self) -> Topic:
        if topic := _OLDEST_TOPIC.first(workspace=self.pk):
            topic.workspace = self
            return topic
        return Topic.objects.create(workspace=self, author_id=self.owner_id)


def _worked_in_by(user: UUID) -> WorkspaceQuerySet:
    may_work = who_may(Action.MAKE)
    return Workspace.objects.filter(memberships__user=user, memberships__role__in=may_work)


# With its oldest topic, which whoever names no workspace works in.
_HOME: Rows[Topic] = Rows(
    lambda user: (
        Topic.objects.living()
        .select_related("workspace")
        .filter(workspace=_worked_in_by(user).order_by("-last_used").values("pk")[:1])
        .order_by("created", "id")[:1]
    ),
    planned_once=True,
    user=UUID,
)
_OLDEST_TOPIC: Rows[Topic] = Rows(
    lambda workspace: (
        Topic.objects.living().filter(workspace=workspace).order_by("created", "id")[:1]
    ),
    planned_once=True,
    workspace=UUID,
)


def _count_of(rows: models.QuerySet[Any], by: str) -> Coalesce:
    """Counted beside each row: joins of several kinds would multiply one another."""
    counted = rows.values(by).annotate(number=models.Count("pk")).values("number")
    return Coalesce(models.Subquery(counted), 0)
