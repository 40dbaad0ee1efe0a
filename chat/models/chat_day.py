"""How many messages a person has sent to the chat on one day; deleting them gives none back."""

from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import models

KEPT = timedelta(days=62)  # that somebody may ask how much was said lately


class ChatDayQuerySet(models.QuerySet["ChatDay"]):
    def take(self, person: Any, day: date, most: int | None) -> bool:
        """Count one more; False where these are too many. None: there is no limit."""
        self.get_or_create(user=person, day=day)
        rows = self.filter(user=person, day=day)
        if most is not None:
            rows = rows.filter(messages__lt=most)
        return bool(rows.update(messages=models.F("messages") + 1))

    def forget(self, day: date) -> None:
        """What was counted so long before this day: only the present one limits anybody."""
        self.filter(day__lt=day - KEPT).delete()


class ChatDay(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="chat_days")
    day = models.DateField(help_text="In UTC.")
    messages = models.PositiveIntegerField(default=0)

    objects = ChatDayQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["user", "day"], name="chat_day_once"),)

    def __str__(self) -> str:
        return f"{self.day}: {self.messages}"
