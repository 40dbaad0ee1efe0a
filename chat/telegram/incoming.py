"""The only place that takes in what Telegram tells, whether it calls or was asked: once each."""

import logging
import re
from typing import Any

from django.db import transaction

from chat.models import TelegramUpdate
from chat.telegram import tasks

log = logging.getLogger(__name__)

UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL keeps neither NUL nor half a character
KINDS = ("message", "callback_query", "my_chat_member")  # all that Telegram is asked to tell


def take_in(told: Any) -> TelegramUpdate | None:
    """Written down, then rung for; None where it was told before, or is nothing for us."""
    found = _read(told)
    if found is None:
        return None
    row = TelegramUpdate.objects.keep(*found, _plain(told))
    if row is not None:
        # Of the call that brought it, where Telegram called.
        extra = {"event": "telegram.update", "update": row.request_id}
        log.info("Telegram told update %s.", row.number, extra=extra)
        transaction.on_commit(lambda: tasks.ring_for(row.sender), robust=True)
    return row


def _read(told: Any) -> tuple[int, int] | None:
    """Its number and whose it is: whose private chat, which group, or who pressed a button."""
    if not isinstance(told, dict) or not isinstance(told.get("update_id"), int):
        return None
    for kind in KINDS:
        if isinstance(each := told.get(kind), dict):
            who = each.get("from") if kind == "callback_query" else each.get("chat")
            if isinstance(who, dict) and isinstance(who.get("id"), int):
                return told["update_id"], who["id"]
    return None


def _plain(told: Any) -> Any:
    if isinstance(told, str):
        return UNSTORABLE.sub("", told)
    if isinstance(told, dict):
        return {_plain(name): _plain(value) for name, value in told.items()}
    return [_plain(each) for each in told] if isinstance(told, list) else told
