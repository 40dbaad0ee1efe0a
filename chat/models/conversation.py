"""A chat: what was said in a workspace about one thing."""

from typing import Any

from django.conf import settings
from django.db import models, transaction
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

from pixazo.events import announce
from pixazo.models import TimeOrdered
from workspaces.models import Workspace

UNTITLED = gettext_lazy("New chat")
LONGEST_TITLE = 100


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def living(self) -> "ConversationQuerySet":
        """Without what is in the trash."""
        return self.filter(deleted=None)

    def visible_to(self, person: Any) -> "ConversationQuerySet":
        """Those of their workspaces, without the trash."""
        return self.living().filter(workspace__in=Workspace.objects.visible_to(person))

    def in_order(self) -> "ConversationQuerySet":
        """As lists show them: used last, first."""
        return self.order_by("-updated", "-id")


class Conversation(TimeOrdered):
    workspace = models.ForeignKey(Workspace, models.CASCADE, related_name="conversations")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="conversations",
    )
    title = models.CharField(
        max_length=LONGEST_TITLE, blank=True, help_text="Empty until the first words give one."
    )
    # As text: it survives the model, and travels in an archive.
    model = models.CharField(max_length=100, help_text="Slug of the model that answers next.")
    acting_for = models.ManyToManyField(
        settings.AUTH_USER_MODEL,
        blank=True,
        related_name="+",
        help_text="Who lets the assistant make pictures with their units here.",
    )
    updated = models.DateTimeField(default=now, editable=False)
    deleted = models.DateTimeField(null=True, editable=False, help_text="Since when in the trash.")

    objects = ConversationQuerySet.as_manager()

    class Meta:
        ordering = ("-updated", "-id")
        indexes = (
            models.Index(
                fields=["workspace", "-updated", "-id"],
                condition=models.Q(deleted=None),
                name="conversation_shown",
            ),
        )

    def __str__(self) -> str:
        # Staff's lists show it: what people talk about stays out of them.
        return f"Chat {self.pk}"

    @property
    def shown_title(self) -> str:
        return self.title or str(UNTITLED)

    def change(self, **fields: Any) -> bool:
        """False if it has gone to the trash meanwhile."""
        with transaction.atomic():
            rows = Conversation.objects.living().filter(pk=self.pk)
            if not rows.update(**fields):
                return False
            self.announce()
        for name, value in fields.items():
            setattr(self, name, value)
        return True

    def trash(self) -> bool:
        """Out of sight; False if it was there already."""
        return self._put(now(), deleted=None)

    def restore(self) -> bool:
        return self._put(None, deleted__isnull=False)

    def announce(self) -> None:
        """Tell open pages that the list of chats has changed, or this one's name or model."""
        announce(self.workspace.channel, "chat", self.pk)

    @transaction.atomic
    def _put(self, moment: Any, **was: Any) -> bool:
        if not Conversation.objects.filter(pk=self.pk, **was).update(deleted=moment):
            return False
        self.deleted = moment
        self.announce()
        return True
