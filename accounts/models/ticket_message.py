"""What was written in a ticket, by whoever asks or by staff, with the files that came along."""

from typing import Any

from django.conf import settings
from django.db import models

from accounts.models.ticket import Ticket
from pixazo.models import TimeOrdered

VERBS = ("view", "change")  # either opens a ticket's page in the admin


class TicketMessageQuerySet(models.QuerySet["TicketMessage"]):
    def open_to_all(self) -> "TicketMessageQuerySet":
        """All but what staff note for each other."""
        return self.exclude(kind=TicketMessage.Kind.NOTE)


class TicketMessage(TimeOrdered):
    class Kind(models.TextChoices):
        ASKED = "asked", "Asked"
        ANSWER = "answer", "Answer"
        NOTE = "note", "Note for staff"

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField()
    is_by_mail = models.BooleanField(default=False)

    objects = TicketMessageQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.get_kind_display()} in #{self.ticket_id}"


class TicketFile(TimeOrdered):
    """Kept as `accounts.desk.files` made it; its name is only what it is called when saved."""

    message = models.ForeignKey(TicketMessage, models.CASCADE, related_name="files")
    key = models.CharField(max_length=200, unique=True)
    name = models.CharField(max_length=100)
    content_type = models.CharField(max_length=50)
    size = models.PositiveIntegerField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name

    def may_be_seen_by(self, user: Any) -> bool:
        """Whose ticket it is, and staff; what belongs to a note, staff alone."""
        message = self.message
        if user.is_staff and any(user.has_perm(f"accounts.{verb}_ticket") for verb in VERBS):
            return True
        return message.ticket.user_id == user.pk and message.kind != TicketMessage.Kind.NOTE
