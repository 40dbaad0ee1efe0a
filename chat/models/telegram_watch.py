"""Something that is being made for somebody in Telegram, and the message that shows it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils.timezone import now

from chat.models.message import Message
from chat.models.telegram_link import TelegramLink
from generation.models import Batch
from pixazo.models import TimeOrdered

LEASE = timedelta(minutes=2)  # after which whoever looks is taken for dead
EARLY = timedelta(seconds=1)  # that a bell may ring before its time
KEPT = timedelta(days=7)
PATIENCE = timedelta(days=1)  # with what can't be shown


class TelegramWatchQuerySet(models.QuerySet["TelegramWatch"]):
    def due(self) -> "TelegramWatchQuerySet":
        moment = now()
        is_free = Q(taken=None) | Q(taken__lt=moment - LEASE)
        return self.filter(is_free, ended=None, due__lte=moment + EARLY)

    def claim(self, pk: UUID) -> "TelegramWatch | None":
        """It, if it is due and nobody else looks."""
        if not self.due().filter(pk=pk).update(taken=now()):
            return None
        rows = self.select_related("link__user", "batch__workspace", "batch__model", "answer")
        return rows.filter(pk=pk).first()

    def hurry(self, **of: Any) -> list[UUID]:
        """Something has changed: they are due now. Which ones that are."""
        rows = self.filter(ended=None, **of)
        rows.update(due=now())
        return list(rows.values_list("pk", flat=True))

    def open_of(self, link: UUID) -> int:
        return self.filter(link=link, ended=None).count()

    def forget(self) -> None:
        self.filter(ended__lt=now() - KEPT).delete()


class TelegramWatch(TimeOrdered):
    link = models.ForeignKey(TelegramLink, models.CASCADE, related_name="watches")
    update_number = models.BigIntegerField(
        unique=True, help_text="Of what asked for it: told twice, it is made once."
    )
    batch = models.ForeignKey(Batch, models.CASCADE, null=True, related_name="+")
    answer = models.ForeignKey(Message, models.CASCADE, null=True, related_name="+")
    message_id = models.BigIntegerField(null=True, help_text="Telegram's, once it is sent.")
    shown = models.TextField(blank=True, help_text="What stands in it.")
    sent = models.JSONField(default=list, help_text="Ids of the pictures that were sent.")
    due = models.DateTimeField(default=now)
    taken = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    objects = TelegramWatchQuerySet.as_manager()

    class Meta:
        indexes = (models.Index(fields=["due"], condition=Q(ended=None), name="telegram_watched"),)

    def __str__(self) -> str:
        return f"Watch {self.pk}"

    def note(self, **values: Any) -> bool:
        """False if it took so long that another looks by now; else whoever looks is alive."""
        values["taken"] = now()
        done = bool(self._mine().update(**values))
        for name, value in values.items():
            setattr(self, name, value)
        return done

    def put_off(self, seconds: float) -> bool:
        return bool(self._mine().update(taken=None, due=now() + timedelta(seconds=seconds)))

    @property
    def is_in_vain(self) -> bool:
        return self.created < now() - PATIENCE

    def end(self) -> bool:
        return bool(self._mine().update(taken=None, ended=now()))

    def _mine(self) -> models.QuerySet["TelegramWatch"]:
        return type(self).objects.filter(pk=self.pk, taken=self.taken, ended=None)
