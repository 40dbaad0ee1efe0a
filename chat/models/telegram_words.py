"""Words that a button of the bot stands for: more than the 64 bytes that a button can carry."""

from django.db import models

from chat.models.telegram_link import TelegramLink
from pixazo.models import TimeOrdered

MOST = 100  # of a person; older buttons say that they are too old


class TelegramWordsQuerySet(models.QuerySet["TelegramWords"]):
    def keep(self, link: TelegramLink, text: str) -> "TelegramWords":
        row = self.create(link=link, text=text)
        old = self.filter(link=link).order_by("-id").values_list("pk", flat=True)[MOST : MOST + 10]
        if found := list(old):
            self.filter(pk__in=found).delete()
        return row


class TelegramWords(TimeOrdered):
    link = models.ForeignKey(TelegramLink, models.CASCADE, related_name="+")
    text = models.TextField()

    objects = TelegramWordsQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Words {self.pk}"
