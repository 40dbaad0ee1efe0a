"""A letter that came in, and what became of it: none is read twice."""

from datetime import timedelta

from django.db import models
from django.utils.timezone import now

from accounts.models.ticket import Ticket
from pixazo.models import TimeOrdered

KEPT = timedelta(days=180)  # mail servers give up, and send nothing again, after days


class ReceivedMailQuerySet(models.QuerySet["ReceivedMail"]):
    def forget(self) -> None:
        """Who wrote when, and of what: of old letters the thread has what matters."""
        self.filter(created__lt=now() - KEPT).delete()


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

    objects = ReceivedMailQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        verbose_name = "letter received"
        verbose_name_plural = "letters received"

    def __str__(self) -> str:
        return f"{self.sender}: {self.subject}"
