"""A session of work inside a workspace."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.utils.timezone import now

from pixazo.events import announce
from pixazo.models import TimeOrdered
from pixazo.prepared import Change
from workspaces.models.history import History, note
from workspaces.signals import topic_named
from workspaces.titles import title_of


class TopicQuerySet(models.QuerySet["Topic"]):
    def living(self) -> "TopicQuerySet":
        """Without what is in the trash."""
        return self.filter(deleted=None)

    def in_order(self) -> "TopicQuerySet":
        """As lists show them: used last, first."""
        return self.order_by("-last_used", "-id")


class Topic(TimeOrdered):
    UNNAMED = "New topic"

    workspace = models.ForeignKey("workspaces.Workspace", models.CASCADE, related_name="topics")
    name = models.CharField(max_length=100, blank=True, help_text="Empty until a prompt names it.")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="topics"
    )
    cover = models.UUIDField(
        null=True, editable=False, help_text="The picture chosen for it; else its first one."
    )
    last_used = models.DateTimeField(default=now, editable=False)
    deleted = models.DateTimeField(null=True, editable=False, help_text="Since when in the trash.")

    objects = TopicQuerySet.as_manager()
    history = History()

    class Meta:
        ordering = ("-created",)
        indexes = (
            models.Index(
                fields=["workspace", "-last_used", "-id"],
                condition=models.Q(deleted=None),
                name="topic_shown",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name or self.UNNAMED

    def note_use(self, prompt: str, person_id: UUID | None = None) -> bool:
        """Remember that this person worked in it; what has no name yet gets one of the prompt.

        False if it has gone to the trash meanwhile: on PostgreSQL, whoever throws it away now waits
        for this transaction.
        """
        if not _USE(pk=self.pk, moment=now()):
            return False
        if self.name or not (title := title_of(prompt)):
            return True
        if self.name_by_itself("", title):
            told = {"topic_id": self.pk, "name": title, "prompt": prompt, "person_id": person_id}
            transaction.on_commit(lambda: topic_named.send_robust(Topic, **told), robust=True)
        return True

    def name_by_itself(self, was: str, name: str) -> bool:
        """As nobody asked for; False if somebody has named it meanwhile, or thrown it away."""
        if not Topic.objects.living().filter(pk=self.pk, name=was).update(name=name):
            return False
        self.name = name
        self.announce()
        return True

    @transaction.atomic
    def change(self, was: str | None = None, **fields: Any) -> bool:
        """Its name or its cover; False if it is in the trash, or its name is not what it `was`."""
        if "name" in fields:
            note(self, by_itself=True)  # a prompt may have named it since
        rows = Topic.objects.living().filter(pk=self.pk)
        if was is not None:
            rows = rows.filter(name=was)
        if not rows.update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        if "name" in fields:
            note(self)
        self.announce()
        return True

    @transaction.atomic
    def put(self, moment: Any, was: Any) -> bool:
        """Into the trash at this moment, or (None) out of it; False if somebody was first."""
        if not Topic.objects.filter(pk=self.pk, deleted=was).update(deleted=moment):
            return False
        self.deleted = moment
        note(self)
        self.announce()
        return True

    def announce(self) -> None:
        """Tell open pages that the list of topics has changed."""
        announce(self.workspace.channel, "topic", self.pk)


_USE = Change(
    lambda pk, moment: (Topic.objects.living().filter(pk=pk), {"last_used": moment}),
    pk=UUID,
    moment=datetime,
)


def topic_id(text: str) -> UUID | None:
    """The id in an address or a form; None for what is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
