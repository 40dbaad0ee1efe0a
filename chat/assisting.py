"""What an assistant adds to an answer: what the model is told first, tools, a proposal. Without one
the model just talks."""

from collections.abc import Callable, Sequence
from typing import Any

from chat.llm import ChatProblem, ToolCall
from chat.models import Message


class Assistant:
    """Made anew for each answer; runs in the worker."""

    def opening(self, message: Message) -> Sequence[dict[str, Any]]:
        """Messages that come before all others."""
        return [{"role": "system", "content": OPENING}]

    def tools(self, message: Message) -> Sequence[dict[str, Any]] | None:
        """In OpenAI's form."""
        return None

    def use(self, message: Message, call: ToolCall) -> str:
        """What a tool answers to the model."""
        return "There is no such tool."

    def finished(self, message: Message, text: str) -> dict[str, Any]:
        """Columns of the message that are stored with its end: `content` in place of the text,
        `proposal`."""
        return {}

    def failed(self, message: Message, problem: ChatProblem) -> dict[str, Any] | None:
        """Columns of a whole answer in place of the failure; None: it is said as it is."""
        return None


OPENING = (
    "You are the assistant of Pixazo, a site on which people make pictures from words. Help with"
    " prompts, styles and ideas. Answer briefly, in the language of the person, in plain Markdown."
)

_maker: Callable[[Message], Assistant] = lambda message: Assistant()  # noqa: E731


def register(maker: Callable[[Message], Assistant]) -> None:
    """Called with the message that is to be answered."""
    global _maker
    _maker = maker


def assistant_of(message: Message) -> Assistant:
    return _maker(message)
