"""What a client says to the chat: checked, and in the words that all providers know."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from chat.openai_dialect import fetching
from pixazo.errors import UserError

ROLES = ("system", "developer", "user", "assistant", "tool")
MOST_MESSAGES = 2000
# Handed on as they are; what else is sent is none of the provider's business.
OPTIONS = (
    "temperature",
    "top_p",
    "stop",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "response_format",
    "tool_choice",
    "parallel_tool_calls",
    "reasoning_effort",
)
# Where a picture may be: nothing that is a file of the provider's own machine.
PICTURES = ("data:image/", "https://", "http://", "image:", "upload:")
PICTURE = "[picture]"  # in place of one, for a model that sees none


@dataclass
class Asked:
    messages: list[dict[str, Any]]
    model: str
    stream: bool
    with_usage: bool
    options: dict[str, Any]
    tools: list[Any] = field(default_factory=list)

    def shown_to(self, *, vision: bool, looking: Callable[[], None]) -> list[dict[str, Any]]:
        """The messages, without pictures for a model that sees none. Pictures at an address are
        fetched here, between them `looking` is called. Raises `UserError`."""
        if not vision:
            return [_blind(each) for each in self.messages]
        return fetching.brought(self.messages, looking)

    def check(self, *, vision: bool) -> None:
        """What `shown_to` would refuse without having asked anybody. Raises `UserError`."""
        if vision:
            fetching.check(self.messages)

    @property
    def last_words(self) -> str:
        """The text of the last thing that was said by the person."""
        parts = self._last_parts()
        return "\n".join(part["text"] for part in parts if part["type"] == "text").strip()

    @property
    def last_pictures(self) -> list[str]:
        """The addresses of the pictures that were sent with it."""
        parts = self._last_parts()
        return [part["image_url"]["url"] for part in parts if part["type"] == "image_url"]

    def _last_parts(self) -> list[dict[str, Any]]:
        said = [each for each in self.messages if each["role"] == "user"]
        return _parts(said[-1]["content"]) if said else []


def read(body: Mapping[str, Any]) -> Asked:
    """Raises `UserError`. What nobody here knows is ignored."""
    sent = {name: value for name, value in body.items() if value is not None}
    model = sent.get("model", "")
    if not isinstance(model, str):
        raise _refused("model", _("`%(given)s` must be a text.") % {"given": "model"})
    options = {name: sent[name] for name in OPTIONS if name in sent}
    # Newer clients say the first, and older providers know the second only.
    most = sent.get("max_completion_tokens", sent.get("max_tokens"))
    if isinstance(most, int) and not isinstance(most, bool):
        options["max_tokens"] = most
    tools = sent.get("tools", [])
    wishes = sent.get("stream_options")
    return Asked(
        messages=_messages(sent.get("messages")),
        model=model,
        stream=sent.get("stream") is True,
        with_usage=isinstance(wishes, Mapping) and wishes.get("include_usage") is True,
        options=options,
        tools=tools if isinstance(tools, list) else [],
    )


def _messages(given: Any) -> list[dict[str, Any]]:
    if not isinstance(given, list) or not given:
        raise _refused("messages", _("Send `messages`, a list with at least one of them."))
    if len(given) > MOST_MESSAGES:
        raise _refused("messages", _("Send up to %(most)s messages.") % {"most": MOST_MESSAGES})
    return [_message(each) for each in given]


def _message(given: Any) -> dict[str, Any]:
    if not isinstance(given, Mapping) or given.get("role") not in ROLES:
        raise _refused(
            "messages", _("Each message needs a `role`: %(roles)s.") % {"roles": ", ".join(ROLES)}
        )
    message = {**given, "content": _content(given.get("content"))}
    if message["role"] == "developer":
        message["role"] = "system"
    return message


def _content(given: Any) -> Any:
    """A text, parts, or nothing beside tool calls."""
    if given is None or isinstance(given, str):
        return given
    if isinstance(given, list) and all(map(_is_known, given)):
        return given
    raise _refused(
        "messages", _("A message's `content` is a text, or a list of texts and pictures.")
    )


def _is_known(part: Any) -> bool:
    if not isinstance(part, Mapping):
        return False
    if part.get("type") == "text":
        return isinstance(part.get("text"), str)
    address: Any = part.get("image_url")
    if part.get("type") != "image_url" or not isinstance(address, Mapping):
        return False
    url = address.get("url")
    return isinstance(url, str) and url[:20].lower().startswith(PICTURES)


def _parts(content: Any) -> list[dict[str, Any]]:
    if isinstance(content, list):
        return content
    return [{"type": "text", "text": content or ""}]


def _blind(message: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(message["content"], list):
        return message
    texts = [part["text"] if part["type"] == "text" else PICTURE for part in message["content"]]
    return {**message, "content": "\n".join(texts)}


def _refused(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})
