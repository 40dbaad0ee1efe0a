"""What the bot keeps of a person: who they are in Telegram. It goes at once when they go."""

from collections.abc import Iterator
from typing import Any

from accounts.belongings import Belongings, facts
from chat.models import TelegramLink, TelegramUpdate


class InTelegram(Belongings):
    name, rank = "telegram", 70

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        if link := TelegramLink.objects.of(person):
            names = ("telegram_id", "name", "created", "text_model", "image_model", "words")
            yield {"what": "Telegram account"} | facts(link, *names)

    def close(self, person: Any) -> None:
        """What they wrote lately goes, too: it bears no name but that number."""
        if link := TelegramLink.objects.of(person):
            TelegramUpdate.objects.filter(sender=link.telegram_id).delete()
            link.unlink()
