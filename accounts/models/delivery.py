"""Something that is to reach somebody elsewhere, once: a letter, or a call of their own address.

The row is the truth: written with what it tells of, sent by a task, tried again later and later.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.timezone import now

from pixazo.models import TimeOrdered

LEASE = timedelta(minutes=10)  # after which whoever sends it is taken for dead
EARLY = timedelta(seconds=1)  # that the clocks of two machines may differ
KEPT = timedelta(days=30)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def put(
        self,
        key: str,
        channel: str,
        payload: dict[str, Any],
        *,
        user: Any = None,
        kind: str = "",
        notice: UUID | None = None,
        wait: int = 0,
    ) -> "Delivery | None":
        """To be sent in so many seconds; None if the same was put there before."""
        try:
            with transaction.atomic():
                return self.create(
                    key=key,
                    channel=channel,
                    payload=payload,
                    user=user,
                    kind=kind,
                    notice=notice,
                    due=now() + timedelta(seconds=wait),
                )
        except IntegrityError:
            return None

    def due(self) -> "DeliveryQuerySet":
        states = Delivery.State
        moment = now()
        return self.filter(
            Q(state=states.WAITING, due__lte=moment + EARLY)
            | Q(state=states.SENDING, taken__lt=moment - LEASE)
        )

    def forget(self) -> None:
        """What is over, and so old that nobody asks for it again."""
        over = (Delivery.State.DONE, Delivery.State.SKIPPED, Delivery.State.FAILED)
        self.filter(state__in=over, created__lt=now() - KEPT).delete()


class Delivery(TimeOrdered):
    class State(models.TextChoices):
        WAITING = "waiting", "Waits"
        SENDING = "sending", "Is being sent"
        DONE = "done", "Sent"
        SKIPPED = "skipped", "Not needed any more"
        FAILED = "failed", "Given up"

    key = models.CharField(max_length=150, unique=True)
    channel = models.CharField(max_length=20)
    kind = models.CharField(max_length=30, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="deliveries"
    )
    notice = models.UUIDField(null=True, help_text="Seen in the bell, it need not be sent.")
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField()
    taken = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)
    said = models.CharField(max_length=200, blank=True, help_text="What came of the last attempt.")

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(fields=["state", "due"], name="delivery_due"),
            models.Index(fields=["user", "channel", "-id"], name="delivery_of_user"),
        )
        verbose_name_plural = "deliveries"

    def __str__(self) -> str:
        return f"{self.channel} {self.key}"

    @classmethod
    def claim(cls, pk: UUID) -> "Delivery | None":
        """It, if it is due and nobody else sends it."""
        rows = cls.objects.due().filter(pk=pk)
        if not rows.update(state=cls.State.SENDING, taken=now(), attempts=F("attempts") + 1):
            return None
        return cls.objects.select_related("user").get(pk=pk)

    def end(self, state: str, said: str = "") -> bool:
        return self._move(state=state, said=said[:200], ended=now(), payload=self._kept())

    def put_off(self, seconds: float, said: str) -> bool:
        due = now() + timedelta(seconds=seconds)
        return self._move(state=self.State.WAITING, said=said[:200], due=due)

    def _move(self, **fields: Any) -> bool:
        """False if it took so long that another has it by now."""
        rows = type(self).objects.filter(pk=self.pk, state=self.State.SENDING, taken=self.taken)
        return bool(rows.update(**fields))

    def _kept(self) -> dict[str, Any]:
        """Of what is over: no letter's words are kept a second time."""
        return {} if self.channel == "mail" else self.payload
