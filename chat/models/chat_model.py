"""A language model that people may talk to."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models

from chat.models.chat_provider import ChatProvider
from pixazo.models import TimeOrdered
from workspaces.models import Workspace

# As services name them: meta-llama/Llama-3.3-70B:free
SLUG = r"\A[A-Za-z0-9][A-Za-z0-9._:/@+-]*\Z"


class ChatModelQuerySet(models.QuerySet["ChatModel"]):
    def usable_by(self, person: Any) -> "ChatModelQuerySet":
        """Those that answer: on, and of a provider that is ready. To strangers there are none."""
        if person is None or not person.is_authenticated or not person.is_active:
            return self.none()
        ready = ChatProvider.objects.ready()
        return self.filter(enabled=True, provider__in=ready).select_related("provider")

    def default_for(self, workspace: Workspace, person: Any) -> "ChatModel | None":
        """What a new chat begins with: the workspace's choice while that can be used, else the
        first there is. None: there is no chat on this site."""
        usable = self.usable_by(person)
        return usable.filter(slug=workspace.chat_model).first() or usable.first()


class ChatModel(TimeOrdered):
    slug = models.CharField(
        max_length=100,
        unique=True,
        validators=[RegexValidator(SLUG, "Letters, digits and . _ - : / @ + only.")],
        help_text="What it is called by programs. Chats remember it by this.",
    )
    provider = models.ForeignKey(ChatProvider, models.CASCADE, related_name="models")
    upstream_name = models.CharField(
        max_length=200, blank=True, help_text="Its name at the provider. Empty: the same."
    )
    name = models.CharField(max_length=100, help_text="What people read.")
    vision = models.BooleanField(
        default=True, help_text="It is shown pictures; off: it is told only that there were some."
    )
    enabled = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in lists.")
    gone = models.BooleanField(
        default=False, editable=False, help_text="The provider no longer lists it."
    )

    objects = ChatModelQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def asked_as(self) -> str:
        """How its provider calls it."""
        return self.upstream_name or self.slug
