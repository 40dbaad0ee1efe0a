"""Whose Telegram account is whose here: one for one, and what was chosen for it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils.timezone import now

from accounts.models import User
from chat.models.conversation import Conversation
from pixazo.events import announce
from pixazo.models import TimeOrdered
from workspaces.models import Workspace

REST = timedelta(days=1)  # after which somebody who blocked the bot may be tried once more


class TelegramLinkQuerySet(models.QuerySet["TelegramLink"]):
    def make(self, user: User, telegram_id: int, name: str) -> "TelegramLink | None":
        """None where one of the two is linked already, with whomever."""
        try:
            with transaction.atomic():
                return self.create(user=user, telegram_id=telegram_id, name=name[:100])
        except IntegrityError:
            return None

    def of_account(self, telegram_id: int) -> "TelegramLink | None":
        """Of somebody whose account here is open."""
        rows = self.select_related("user", "workspace", "conversation__workspace").filter(
            telegram_id=telegram_id
        )
        return rows.filter(user__is_active=True).first()

    def of(self, user: Any) -> "TelegramLink | None":
        return (
            self.select_related("user", "workspace", "conversation__workspace")
            .filter(user=user)
            .first()
        )


class TelegramLink(TimeOrdered):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="telegram")
    # Of the account and of its private chat: Telegram gives both the same number.
    telegram_id = models.BigIntegerField(unique=True)
    name = models.CharField(max_length=100, blank=True, help_text="As it is called over there.")
    workspace = models.ForeignKey(
        Workspace,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where the bot works. None: where the person worked last.",
    )
    text_model = models.CharField(max_length=100, blank=True, help_text="Empty: the first.")
    image_model = models.CharField(max_length=100, blank=True, help_text="Empty: the first.")
    conversation = models.ForeignKey(
        Conversation,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where it is talked, until /new.",
    )
    words = models.TextField(blank=True, help_text="The current prompt, which /save keeps.")
    muted = models.DateTimeField(null=True, help_text="Since when they block the bot.")

    objects = TelegramLinkQuerySet.as_manager()

    def __str__(self) -> str:
        return f"Telegram of {self.user}"

    @property
    def is_muted(self) -> bool:
        return self.muted is not None and self.muted > now() - REST

    def mute(self) -> None:
        """They block the bot: it says nothing more until they say that they don't."""
        self._rows().update(muted=now())

    def unmute(self) -> None:
        if self.muted is not None:
            self._rows().filter(muted__isnull=False).update(muted=None)

    def choose(self, **values: Any) -> None:
        """Remember it for this person."""
        self._rows().update(**values)
        for name, value in values.items():
            setattr(self, name, value)

    def unlink(self) -> bool:
        """With what was to be shown over there; False if somebody was first."""
        done = bool(self._rows().delete()[0])
        if done:
            announce(self.user.channel, "notice", self.user_id)  # its page listens
        return done

    def _rows(self) -> models.QuerySet["TelegramLink"]:
        return type(self).objects.filter(pk=self.pk)
