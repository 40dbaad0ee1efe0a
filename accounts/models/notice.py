"""What a person is told on every device of theirs: a line in the bell, with a link."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.dispatch import Signal
from django.utils.timezone import now

from accounts.models.delivery import Delivery
from pixazo.events import announce
from pixazo.models import TimeOrdered

# Sends `notice`, in the transaction that wrote it: whoever brings it elsewhere hears of it.
was_told = Signal()

MOST = 50  # of a person
LONGEST = 300  # characters of a sentence


class NoticeQuerySet(models.QuerySet["Notice"]):
    def tell(
        self,
        user: Any,
        text: str,
        link: str,
        *,
        sender: Any,
        subject: UUID,
        kind: str = "",
        facts: dict[str, Any] | None = None,
    ) -> "Notice":
        """`text` is English (`pixazo.texts.kept` shows it in the reader's language); the oldest
        beyond so many go. `kind`, of `accounts.telling.kinds`, says how else they hear of it, and
        `facts` what their programs do."""
        told = Notice.objects.create(
            user=user, text=text[:LONGEST], link=link, sender=sender, subject=subject, kind=kind
        )
        told.facts = facts or {}
        rows = self.filter(user=user).order_by("-id")
        if old := list(rows.values_list("pk", flat=True)[MOST : MOST + 10]):
            Notice.objects.filter(pk__in=old).delete()
        announce(user.channel, "notice", user.pk)
        was_told.send(Notice, notice=told)
        return told

    def forget(self, subjects: Iterable[UUID]) -> None:
        """What they were about is no more."""
        self.filter(subject__in=subjects).take_back()

    def take_back(self) -> None:
        """They are told no more: neither in the bell, nor by what waits to be sent elsewhere."""
        rows = list(self.values_list("pk", flat=True))
        states = Delivery.State
        waiting = Delivery.objects.filter(state=states.WAITING, notice__in=rows)
        said = "It was taken back."
        waiting.update(state=states.SKIPPED, ended=now(), payload={}, said=said)
        Notice.objects.filter(pk__in=rows).delete()

    def look(self) -> int:
        """All of these have been looked at."""
        return self.filter(seen=None).update(seen=now())


class Notice(TimeOrdered):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="notices")
    # Whose doing it tells of: it names them, and goes with them.
    sender = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="notices_sent"
    )
    subject = models.UUIDField(help_text="The row that it is about.", db_index=True)
    text = models.CharField(max_length=LONGEST)
    link = models.CharField(max_length=300, help_text="A path on this site.")
    kind = models.CharField(max_length=20, blank=True)
    seen = models.DateTimeField(null=True)
    facts: dict[str, Any] = {}

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["user", "-id"], name="notice_of_user"),)

    def __str__(self) -> str:
        return f"Notice {self.pk}"
