"""A letter that came in, and what became of it: none is read twice."""

from django.db import models

from accounts.models.ticket import Ticket
from pixazo.models import TimeOrdered


class ReceivedMail(TimeOrdered):
    class Outcome(models.TextChoices):
        TAKEN = "taken", "Taken"
        AUTOMATIC = "automatic", "Sent by a machine"
        UNKNOWN = "unknown", "Answers nothing of ours"
        FOREIGN = "foreign", "From another address"
        EMPTY = "empty", "Nothing in it"
        TOO_MUCH = "too much", "Too many or too large"
        CLOSED = "closed", "From a closed account"
        UNREADABLE = "unreadable", "Could not be read"

    message_id = models.CharField(max_length=200, unique=True)
    sender = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    ticket = models.ForeignKey(Ticket, models.SET_NULL, null=True, related_name="letters")

    class Meta:
        ordering = ("-id",)
        verbose_name = "letter received"
        verbose_name_plural = "letters received"

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"
