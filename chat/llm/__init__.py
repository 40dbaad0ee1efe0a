"""The only place that speaks to language models."""

from chat.llm.answers import Completion, Delta, ToolCall, Usage
from chat.llm.calling import complete, stream
from chat.llm.listed import models_of
from chat.llm.problems import ChatOff, ChatProblem

__all__ = [
    "ChatOff",
    "ChatProblem",
    "Completion",
    "Delta",
    "ToolCall",
    "Usage",
    "complete",
    "models_of",
    "stream",
]
