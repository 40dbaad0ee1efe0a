from chat.models.chat_comment import ChatComment
from chat.models.chat_day import ChatDay
from chat.models.chat_model import ChatModel
from chat.models.chat_provider import ChatProvider
from chat.models.conversation import Conversation
from chat.models.message import Message
from chat.models.telegram_code import TelegramCode
from chat.models.telegram_link import TelegramLink
from chat.models.telegram_update import TelegramUpdate
from chat.models.telegram_watch import TelegramWatch
from chat.models.telegram_words import TelegramWords

__all__ = [
    "ChatComment",
    "ChatDay",
    "ChatModel",
    "ChatProvider",
    "Conversation",
    "Message",
    "TelegramCode",
    "TelegramLink",
    "TelegramUpdate",
    "TelegramWatch",
    "TelegramWords",
]
