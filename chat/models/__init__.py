from chat.models.chat_day import ChatDay
from chat.models.chat_model import ChatModel
from chat.models.chat_provider import ChatProvider
from chat.models.conversation import Conversation
from chat.models.message import Message

__all__ = ["ChatDay", "ChatModel", "ChatProvider", "Conversation", "Message"]
