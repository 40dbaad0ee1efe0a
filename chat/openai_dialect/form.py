"""How a completion is written, whole or in pieces."""

import json
from collections.abc import Mapping
from time import time
from typing import Any
from uuid import uuid4

from chat.llm import Completion, ToolCall, Usage
from pixazo.errors import UserError
from pixazo.openai_form import errors

DONE = b"data: [DONE]\n\n"


class Form:
    """Of one answer: all its pieces have one number."""

    def __init__(self, model: str) -> None:
        self.known = {"id": f"chatcmpl-{uuid4().hex}", "created": int(time()), "model": model}

    def whole(self, completion: Completion, **more: Any) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": completion.text, **more}
        if completion.tool_calls:
            message["tool_calls"] = [_call(each) for each in completion.tool_calls]
            message["content"] = completion.text or None
        choice = {"index": 0, "message": message, "finish_reason": completion.finish_reason}
        usage = {"usage": _usage(completion.usage)} if completion.usage else {}
        return {**self.known, "object": "chat.completion", "choices": [choice], **usage}

    def begun(self) -> bytes:
        return self.piece({"role": "assistant", "content": ""})

    def piece(self, delta: Mapping[str, Any], reason: str | None = None) -> bytes:
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        return self._chunk([choice])

    def called(self, index: int, call: ToolCall) -> bytes:
        return self.piece({"tool_calls": [{"index": index, **_call(call)}]})

    def used(self, usage: Usage) -> bytes:
        """The piece that clients ask for with `stream_options`: it has no choice."""
        return self._chunk([], usage=_usage(usage))

    def _chunk(self, choices: list[Any], **more: Any) -> bytes:
        chunk = {**self.known, "object": "chat.completion.chunk", "choices": choices, **more}
        return _line(chunk)


def failed(error: UserError) -> bytes:
    """In the middle of a stream; their client raises on it."""
    return _line(errors.body(error))


def _line(data: Mapping[str, Any]) -> bytes:
    return f"data: {json.dumps(data)}\n\n".encode()


def _call(call: ToolCall) -> dict[str, Any]:
    function = {"name": call.name, "arguments": call.arguments}
    return {"id": call.id, "type": "function", "function": function}


def _usage(usage: Usage) -> dict[str, int]:
    return {
        "prompt_tokens": usage.prompt_tokens,
        "completion_tokens": usage.completion_tokens,
        "total_tokens": usage.total_tokens,
    }
