"""What Telegram told us: written down once, worked on one after the other of each person."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils.timezone import now

from pixazo.models import TimeOrdered

LEASE = timedelta(minutes=5)  # after which whoever works on it is taken for dead
RENEWED = timedelta(minutes=1)  # how often it says at most that it is not
KEPT = timedelta(days=3)  # Telegram tells nothing again after a day
EARLY = timedelta(seconds=1)  # that a bell may ring before its time
MOST_ATTEMPTS = 5


class TelegramUpdateQuerySet(models.QuerySet["TelegramUpdate"]):
    def keep(self, number: int, sender: int, payload: dict[str, Any]) -> "TelegramUpdate | None":
        """None if it was told before."""
        try:
            with transaction.atomic():
                return self.create(number=number, sender=sender, payload=payload)
        except IntegrityError:
            return None

    def claim(self, sender: int) -> "TelegramUpdate | None":
        """The oldest of that sender which is due, unless somebody works for them already."""
        self._free_the_dead(sender)
        row = self.filter(sender=sender, state="waiting").order_by("number").first()
        if row is None or row.due > now() + EARLY:
            return None
        rows = self.filter(pk=row.pk, state=TelegramUpdate.State.WAITING)
        try:
            with transaction.atomic():  # two of one sender at once the database doesn't take
                fields: dict[str, Any] = {"state": "working", "taken": now()}
                if not rows.update(**fields, attempts=F("attempts") + 1):
                    return None
        except IntegrityError:
            return None
        return self.get(pk=row.pk)

    def _free_the_dead(self, sender: int) -> None:
        dead = self.filter(sender=sender, state="working", taken__lt=now() - LEASE)
        dead.filter(attempts__gte=MOST_ATTEMPTS).update(state="failed", payload={})
        dead.update(state="waiting")

    def forget(self) -> None:
        over = self.filter(state__in=("done", "failed"))
        over.filter(created__lt=now() - KEPT).delete()


class TelegramUpdate(TimeOrdered):
    class State(models.TextChoices):
        WAITING = "waiting", "Waits"
        WORKING = "working", "Is worked on"
        DONE = "done", "Done"
        FAILED = "failed", "Given up"

    number = models.BigIntegerField(unique=True, help_text="Telegram's update_id.")
    sender = models.BigIntegerField(help_text="Whose private chat, or which group.")
    payload = models.JSONField(default=dict, help_text="Emptied when it is done.")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due = models.DateTimeField(default=now)
    taken = models.DateTimeField(null=True)

    objects = TelegramUpdateQuerySet.as_manager()

    class Meta:
        ordering = ("number",)
        indexes = (
            models.Index(fields=["sender", "state", "number"], name="telegram_line"),
            models.Index(
                fields=["due"],
                condition=Q(state__in=("waiting", "working")),
                name="telegram_open",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["sender"], condition=Q(state="working"), name="telegram_one_at_a_time"
            ),
        )

    def __str__(self) -> str:
        return f"Update {self.number}"

    @property
    def request_id(self) -> str:
        """What lines of the log call it, and what is drawn by it."""
        return f"telegram-{self.number}"

    def end(self, state: str = State.DONE) -> bool:
        return self._move(state=state, payload={})

    def put_off(self, until: datetime) -> bool:
        """To be worked on again; given up where that has happened often."""
        if self.attempts >= MOST_ATTEMPTS:
            return self.end(self.State.FAILED)
        return self._move(state=self.State.WAITING, due=until)

    def renew(self) -> bool:
        """Still at it: what takes long is not taken from whoever works on it. False if it was."""
        moment = now()
        if self.taken is not None and moment - self.taken < RENEWED:
            return True
        if not self._move(taken=moment):
            return False
        self.taken = moment
        return True

    def _move(self, **fields: Any) -> bool:
        rows = type(self).objects.filter(pk=self.pk, state="working", taken=self.taken)
        return bool(rows.update(**fields))


def senders_with_work() -> list[int]:
    """Those for whom something is due, or was left by somebody who died of it."""
    dead = Q(state="working", taken__lt=now() - LEASE)
    rows = TelegramUpdate.objects.filter(Q(state="waiting", due__lte=now()) | dead)
    return list(rows.order_by().values_list("sender", flat=True).distinct()[:200])
