"""One message of a chat, and how far an answer is."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy

from chat.models.conversation import Conversation
from generation.clock import lease_end
from generation.models import Upload
from pixazo.events import announce
from pixazo.models import TimeOrdered

LONGEST = 20_000  # characters that a person may send
LONGEST_ANSWER = 200_000
MOST_IMAGES = 4
MOST_IN_A_CHAT = 5000


class MessageQuerySet(models.QuerySet["Message"]):
    def in_order(self) -> "MessageQuerySet":
        """As they were said: ids sort by time."""
        return self.order_by("id")

    def answering(self) -> "MessageQuerySet":
        return self.filter(state=Message.State.ANSWERING)

    def lost(self) -> "MessageQuerySet":
        """Their worker has not been heard of."""
        return self.answering().filter(lease__lt=Now())


class Message(TimeOrdered):
    class Role(models.TextChoices):
        USER = "user", gettext_lazy("User")
        ASSISTANT = "assistant", gettext_lazy("Assistant")
        SYSTEM = "system", gettext_lazy("System")

    class State(models.TextChoices):
        ANSWERING = "answering", gettext_lazy("Is being written")
        WHOLE = "whole", gettext_lazy("Whole")
        CUT = "cut", gettext_lazy("Ends early")
        FAILED = "failed", gettext_lazy("Failed")

    class Note(models.TextChoices):
        MODEL = "model", gettext_lazy("Another model answers from here on")

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages")
    role = models.CharField(max_length=10, choices=Role)
    content = models.TextField(blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.WHOLE)
    model = models.CharField(max_length=100, blank=True, help_text="Slug of the model asked.")
    note = models.CharField(
        max_length=10,
        choices=Note,
        blank=True,
        help_text="Of a system message that says what happened, and is sent to no model.",
    )
    problem = models.CharField(
        max_length=500, blank=True, help_text="A sentence: why it failed, or ends early."
    )
    proposal = models.JSONField(
        null=True, blank=True, help_text="The changes to a request that it proposes."
    )
    images = models.JSONField(default=list, blank=True, help_text="Ids of pictures shown with it.")
    # Those of them that are uploads: they are kept while they are shown here.
    uploads = models.ManyToManyField(Upload, related_name="shown_in", editable=False)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="chat_messages",
        help_text="Whose words they are, or whom it answers.",
    )
    api_key = models.ForeignKey(
        "accounts.ApiKey",
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        help_text="Of the program that asked: what is done for this answer counts for its cap.",
    )
    lease = models.DateTimeField(
        null=True, editable=False, help_text="Until when its worker need not be heard of."
    )

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ("id",)
        indexes = (
            models.Index(fields=["conversation", "id"]),
            models.Index(
                fields=["lease"], condition=models.Q(state="answering"), name="message_answering"
            ),
            models.Index(fields=["author", "created"], name="message_by"),
        )
        constraints = (
            models.CheckConstraint(
                name="message_role", condition=models.Q(role__in=("user", "assistant", "system"))
            ),
            models.CheckConstraint(
                name="message_state",
                condition=models.Q(state="answering", role="assistant")
                | models.Q(state__in=("whole", "cut", "failed")),
            ),
            # Two who ask at the same moment: the second is told so.
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(state="answering"),
                name="message_one_answer_at_a_time",
            ),
        )

    def __str__(self) -> str:
        # Staff's lists show it: what people say stays out of them.
        return f"Message {self.pk}"

    @property
    def is_answering(self) -> bool:
        return self.state == self.State.ANSWERING

    def claim(self) -> bool:
        """Take it for this worker; False if another has it, or it is wanted no more."""
        rows = self._mine().filter(lease=None)
        return bool(rows.update(lease=lease_end()))

    def write(self, content: str) -> bool:
        """Store what has come so far; False if nobody waits for more."""
        if not self._mine().update(content=content, lease=lease_end()):
            return False
        self.content = content
        self.announce()
        return True

    def renew(self) -> bool:
        """Still here, though nothing new has come."""
        return bool(self._mine().update(lease=lease_end()))

    def end(self, state: "Message.State", problem: str = "", **fields: Any) -> bool:
        """Its one last state; False if it has one already."""
        return self._end(self._mine(), state, problem, **fields)

    def lose(self, problem: str) -> bool:
        """Its worker is gone: what had come is kept. False if it has been heard of since."""
        rows = Message.objects.lost().filter(pk=self.pk)
        state = self.State.CUT if self.content else self.State.FAILED
        return self._end(rows, state, problem)

    def give_up(self, problem: str) -> bool:
        """Nobody has begun it; False if somebody just has."""
        return self._end(self._mine().filter(lease=None), self.State.FAILED, problem)

    def _end(
        self, rows: MessageQuerySet, state: "Message.State", problem: str, **fields: Any
    ) -> bool:
        fields |= {"state": state, "problem": problem[:500], "lease": None}
        if not rows.update(**fields):
            return False
        for name, value in fields.items():
            setattr(self, name, value)
        self.announce()
        return True

    def announce(self) -> None:
        """Tell open pages to read it anew."""
        subject = f"{self.conversation_id}/{self.pk}"
        announce(self.conversation.workspace.channel, "message", subject)

    def _mine(self) -> MessageQuerySet:
        return Message.objects.answering().filter(pk=self.pk)
