"""What somebody asks staff: a number, a subject, whose turn it is, and who looks after it.

Messages, files and history are rows of their own beside it. Moved only by `accounts.desk.writing`.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext_lazy

SUBJECT, WORDS = 150, 10_000  # characters of a subject and of a message


class TicketQuerySet(models.QuerySet["Ticket"]):
    def of(self, user: Any) -> "TicketQuerySet":
        return self.filter(user=user)

    def for_staff(self) -> "TicketQuerySet":
        """Where somebody waits for us."""
        return self.filter(state=Ticket.State.OPEN)


class Ticket(models.Model):
    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("Waits for us")
        ANSWERED = "answered", gettext_lazy("Answered")
        WAITING = "waiting", gettext_lazy("Waits for you")
        CLOSED = "closed", gettext_lazy("Closed")

    class Category(models.TextChoices):
        PICTURE = "picture", gettext_lazy("A picture, or how it was made")
        ACCOUNT = "account", gettext_lazy("My account")
        BILLING = "billing", gettext_lazy("Plans and payment")
        IDEA = "idea", gettext_lazy("A wish or an idea")
        OTHER = "other", gettext_lazy("Something else")

    number = models.BigAutoField(primary_key=True)
    # Empty for somebody without an account: then there is an e-mail address.
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="tickets"
    )
    email = models.EmailField("e-mail", blank=True)
    language = models.CharField(max_length=10, blank=True, help_text="They are written to in it.")
    subject = models.CharField(max_length=SUBJECT)
    category = models.CharField(max_length=10, choices=Category.choices)
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="tickets_taken"
    )
    job = models.UUIDField(null=True, help_text="The picture's job that it is about.")
    page = models.CharField(max_length=300, blank=True, help_text="Where they were.")
    created = models.DateTimeField(default=now, editable=False)
    moved = models.DateTimeField(default=now, editable=False)

    objects = TicketQuerySet.as_manager()

    class Meta:
        ordering = ("-moved", "-number")
        indexes = (
            models.Index(fields=["user", "-moved"], name="ticket_of_user"),
            models.Index(fields=["state", "-moved"], name="ticket_of_state"),
            models.Index(fields=["job"], name="ticket_of_job"),
        )

    def __str__(self) -> str:
        return f"#{self.number} {self.subject}"

    def get_absolute_url(self) -> str:
        return reverse("ticket", args=[self.number])

    @property
    def asker(self) -> str:
        """Whose it is, for staff."""
        return self.user.username if self.user else self.email

    @property
    def is_closed(self) -> bool:
        return self.state == self.State.CLOSED
