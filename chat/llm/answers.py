"""What language models answer, whole or in pieces, in OpenAI's form and its dialects."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chat.llm import problems

MOST_TOOL_CALLS = 64


@dataclass(frozen=True)
class Usage:
    prompt_tokens: int = 0
    completion_tokens: int = 0

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens

    @classmethod
    def of(cls, data: Any) -> "Usage | None":
        """Some say nothing of it; one guesses, and in parts of tokens."""
        if not isinstance(data, Mapping):
            return None
        return cls(_number(data.get("prompt_tokens")), _number(data.get("completion_tokens")))


@dataclass(frozen=True)
class ToolCall:
    id: str
    name: str
    arguments: str  # JSON, as the model wrote it


@dataclass(frozen=True)
class Delta:
    """One piece of an answer: some text, a whole tool call, why it ends, or what it took."""

    text: str = ""
    tool_call: ToolCall | None = None
    finish_reason: str = ""
    usage: Usage | None = None


@dataclass(frozen=True)
class Completion:
    text: str
    tool_calls: tuple[ToolCall, ...] = ()
    finish_reason: str = "stop"
    usage: Usage | None = None

    @classmethod
    def of(cls, deltas: Iterable[Delta]) -> "Completion":
        text, calls, reason, usage = [], [], "stop", None
        for delta in deltas:
            text.append(delta.text)
            if delta.tool_call:
                calls.append(delta.tool_call)
            reason = delta.finish_reason or reason
            usage = delta.usage or usage
        return cls("".join(text), tuple(calls), reason, usage)


def of_completion(data: Any) -> Iterator[Delta]:
    """A whole answer. Raises `ChatProblem`."""
    choice = _choice(data)
    message = choice.get("message") if choice else None
    if not isinstance(message, Mapping):
        raise problems.garbled(f"No answer in it: {problems.words_of(data)}")
    if text := _text(message.get("content")):
        yield Delta(text=text)
    calls = _Calls()
    calls.hear(message.get("tool_calls"))
    yield from calls.whole()
    reason = str((choice or {}).get("finish_reason") or "stop")
    yield Delta(finish_reason=reason, usage=Usage.of(data.get("usage")))


def of_chunks(chunks: Iterable[Any]) -> Iterator[Delta]:
    """An answer in pieces; `chunks` ends after `[DONE]`, or where the other side ended.

    Raises `ChatProblem`, also in the middle.
    """
    calls, ended, halves = _Calls(), False, _Halves()
    for chunk in chunks:
        if chunk is DONE:
            ended = True
            break
        if not isinstance(chunk, Mapping) or "error" in chunk or "detail" in chunk:
            raise problems.failed(f"In mid-answer: {problems.words_of(chunk)}")
        choice = _choice(chunk) or {}
        # Of services that only pretend to stream, the first piece is a whole message.
        piece = choice.get("delta") or choice.get("message") or {}
        if isinstance(piece, Mapping):
            calls.hear(piece.get("tool_calls"))
            if text := halves.joined(_text(piece.get("content"))):
                yield Delta(text=text)
        reason = str(choice.get("finish_reason") or "")
        ended = ended or bool(reason)
        usage = Usage.of(chunk.get("usage"))
        if reason or usage:
            yield Delta(finish_reason=reason, usage=usage)
    if not ended:
        raise problems.cut("It ended without a reason, and without [DONE].")
    yield from calls.whole()


DONE = object()


@dataclass
class _Calls:
    """Tool calls come in pieces, each with the number of the call that it belongs to."""

    parts: dict[int, dict[str, str]] = field(default_factory=dict)

    def hear(self, pieces: Any) -> None:
        for place, piece in enumerate(pieces if isinstance(pieces, list) else ()):
            if not isinstance(piece, Mapping):
                continue
            index = piece.get("index")
            part = self.parts.setdefault(
                index if isinstance(index, int) else place, {"id": "", "name": "", "arguments": ""}
            )
            function = piece.get("function")
            function = function if isinstance(function, Mapping) else {}
            part["id"] = part["id"] or str(piece.get("id") or "")
            part["name"] = part["name"] or str(function.get("name") or "")
            part["arguments"] += str(function.get("arguments") or "")

    def whole(self) -> Iterator[Delta]:
        for index, part in sorted(self.parts.items())[:MOST_TOOL_CALLS]:
            call = ToolCall(part["id"] or f"call_{index}", part["name"], part["arguments"] or "{}")
            yield Delta(tool_call=call)


@dataclass
class _Halves:
    """JSON writes a sign beyond the first 65,536 as two, and a piece may end between them."""

    kept: str = ""

    def joined(self, text: str) -> str:
        text = self.kept + text
        is_half = bool(text) and "\ud800" <= text[-1] <= "\udbff"
        self.kept = text[-1] if is_half else ""
        text = text[:-1] if is_half else text
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _choice(data: Any) -> Mapping[str, Any] | None:
    """The first one. The piece that tells the usage has none."""
    choices = data.get("choices") if isinstance(data, Mapping) else None
    first = next(iter(choices), None) if isinstance(choices, list) else None
    return first if isinstance(first, Mapping) else None


def _text(content: Any) -> str:
    """A text, or a list of parts of which some are texts."""
    if isinstance(content, list):
        parts = [part.get("text") for part in content if isinstance(part, Mapping)]
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _number(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int | float) or value != value:
        return 0
    return int(min(max(value, 0), 10**9))
