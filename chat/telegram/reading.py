"""Reads what Telegram told: who said what, with which picture, or pressed which button."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from telegram import Message, Update

PRIVATE = "private"
PICTURES = "image/"  # documents that are one


@dataclass(frozen=True)
class File:
    id: str
    bytes: int  # 0: not said
    name: str = "picture"


@dataclass(frozen=True)
class Told:
    """One update. `words` are what was written, with a picture or without."""

    number: int
    chat: int
    is_private: bool
    sender: int
    name: str
    language: str  # what their Telegram is in
    words: str = ""
    picture: File | None = None
    is_album: bool = False
    message: int = 0  # that a button was pressed at
    press: str = ""  # Telegram's id of it
    data: str = ""  # the button's
    blocks: bool | None = None  # they have just blocked the bot, or let it in again

    @property
    def command(self) -> str:
        """Without its slash, and without the bot's name that groups need; empty: it is none."""
        first = self.words.split(maxsplit=1)[0] if self.words.strip() else ""
        return first[1:].partition("@")[0].lower() if first.startswith("/") else ""

    @property
    def rest(self) -> str:
        """What stands after the command; all of it where there is none."""
        if not self.command:
            return self.words.strip()
        return "".join(self.words.strip().split(maxsplit=1)[1:]).strip()


def read(payload: dict[str, Any]) -> Told | None:
    """None of what concerns nobody: a channel's post, a bot's words."""
    from telegram import Update

    update = Update.de_json(payload, None)
    who, chat = update.effective_user, update.effective_chat
    if who is None or chat is None or who.is_bot:
        return None
    known: dict[str, Any] = {
        "number": update.update_id,
        "chat": chat.id,
        "is_private": chat.type == PRIVATE,
        "sender": who.id,
        "name": f"@{who.username}" if who.username else who.full_name,
        "language": who.language_code or "",
    }
    return Told(**known, **_more(update))


def _more(update: "Update") -> dict[str, Any]:
    if press := update.callback_query:
        number = press.message.message_id if press.message else 0
        return {"press": press.id, "data": press.data or "", "message": number}
    if changed := update.my_chat_member:
        return {"blocks": changed.new_chat_member.status in {"kicked", "left"}}
    message = update.message
    if message is None:
        return {}
    return {
        "words": message.text or message.caption or "",
        "picture": _picture(message) or _answered(message),
        "is_album": bool(message.media_group_id),
    }


def _answered(message: "Message") -> File | None:
    """An answer to a picture means that picture."""
    answered = message.reply_to_message
    return _picture(answered) if answered and message.text else None


def _picture(message: "Message") -> File | None:
    if message.photo:
        best = max(message.photo, key=lambda size: size.width * size.height)
        return File(best.file_id, best.file_size or 0)
    file = message.document
    if file and (file.mime_type or "").startswith(PICTURES):
        return File(file.file_id, file.file_size or 0, file.file_name or "picture")
    return None
