"""Telegram's Bot API, stood in for on 127.0.0.1 (protocols.md, section 3.2), with people who write.

It speaks forms, multipart and JSON, both ways of sending files, long polling and webhook. Scenarios
are switched on by its methods, or over `/__admin/`.
"""

from chat.tests.bot_api.server import TelegramServer
from chat.tests.bot_api.wire import BOT, TOKEN

__all__ = ["BOT", "TOKEN", "TelegramServer"]
