"""What happened to a ticket, one row for each change; nobody changes or deletes one."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy

from accounts.models.ticket import Ticket
from pixazo.models import TimeOrdered


class TicketEvent(TimeOrdered):
    class What(models.TextChoices):
        OPENED = "opened", gettext_lazy("Asked")
        WRITTEN = "written", gettext_lazy("Written to")
        ANSWERED = "answered", gettext_lazy("Answered")
        NOTED = "noted", gettext_lazy("Noted")
        TAKEN = "taken", gettext_lazy("Taken on")
        GIVEN_BACK = "given back", gettext_lazy("Given back")
        STATE = "state", gettext_lazy("State changed")
        CATEGORY = "category", gettext_lazy("Kind changed")
        CLOSED = "closed", gettext_lazy("Closed")
        REOPENED = "reopened", gettext_lazy("Opened again")
        REFUSED = "refused", gettext_lazy("A letter was not taken")

    # What only staff see.
    INTERNAL = (What.NOTED, What.TAKEN, What.GIVEN_BACK, What.CATEGORY, What.REFUSED)

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="events")
    what = models.CharField(max_length=12, choices=What.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_staff = models.BooleanField(default=False)
    detail = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"#{self.ticket_id}: {self.get_what_display()}"
