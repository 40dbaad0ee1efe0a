"""One request to a language model: with the site's key, told apart however it fails."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from chat.llm import answers, problems
from chat.llm.answers import Completion, Delta
from chat.llm.events import data_lines
from chat.llm.keys import key_of, trusted_of
from chat.models import ChatModel, ChatProvider
from generation.providers.errors import ProviderError
from generation.providers.remote import rate
from pixazo import outgoing

log = logging.getLogger(__name__)

ANSWER_SECONDS = 900.0
SILENT_SECONDS = 180.0  # a model may think for long before it says anything
LIMIT_BYTES = 16 * 1024 * 1024
MOST_OF_AN_ERROR = 64 * 1024
# What a message itself is refused for.
OF_WORDS = {"chat_held_back", "chat_not_accepted", "chat_too_long"}


def stream(
    model: ChatModel,
    messages: Sequence[Mapping[str, Any]],
    *,
    person: Any,
    tools: Sequence[Mapping[str, Any]] | None = None,
    options: Mapping[str, Any] | None = None,
    waiting: Callable[[], None] | None = None,
) -> Iterator[Delta]:
    """The answer, piece by piece; all at once from providers that can't stream.

    `messages` and `tools` are OpenAI's. `options` go along as they are, such as `temperature`.
    `waiting` is called several times a second while nothing comes; what it raises ends the call.
    Raises `ChatProblem`, also in the middle of an answer.
    """
    if not model.provider.is_ready or not model.enabled:
        raise problems.ChatOff
    body = {**(options or {}), "model": model.asked_as, "messages": list(messages)}
    if tools:
        body["tools"] = list(tools)
    try:
        yield from _asked(model.provider, body, waiting)
    except problems.ChatProblem as problem:
        _note(model.provider, problem)
        raise
    model.provider.note("")


def complete(
    model: ChatModel,
    messages: Sequence[Mapping[str, Any]],
    *,
    person: Any,
    tools: Sequence[Mapping[str, Any]] | None = None,
    options: Mapping[str, Any] | None = None,
) -> Completion:
    """The whole answer. Raises `ChatProblem`."""
    return Completion.of(stream(model, messages, person=person, tools=tools, options=options))


def _asked(
    provider: ChatProvider, body: dict[str, Any], waiting: Callable[[], None] | None
) -> Iterator[Delta]:
    _count(provider)
    if provider.streaming:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    else:
        body |= {"stream": False}
    try:
        with outgoing.stream(
            "POST",
            f"{provider.address}/chat/completions",
            headers=authorized(provider),
            json=body,
            limit_bytes=LIMIT_BYTES,
            seconds=ANSWER_SECONDS,
            silence=SILENT_SECONDS,
            waiting=waiting,
            inside=trusted_of(provider),
        ) as opened:
            yield from _read(opened)
    except outgoing.Refused as refused:
        raise problems.of_refusal(refused) from None


def authorized(provider: ChatProvider) -> dict[str, str]:
    """With the key, where there is one."""
    key = key_of(provider)
    return {"Authorization": f"Bearer {key}"} if key else {}


def answered(provider: ChatProvider, answer: outgoing.Answer) -> Any:
    """The JSON of a whole answer. Raises `ChatProblem`."""
    try:
        if not 200 <= answer.status < 300:
            raise problems.of_answer(answer.status, answer.headers, answer.content)
        return _json(answer.content)
    except problems.ChatProblem as problem:
        _note(provider, problem)
        raise


def _read(opened: outgoing.Opened) -> Iterator[Delta]:
    if not 200 <= opened.status < 300:
        beginning = _beginning(opened.pieces)
        raise problems.of_answer(opened.status, opened.headers, beginning)
    if "text/event-stream" in opened.headers.get("content-type", ""):
        yield from answers.of_chunks(_chunks(opened.pieces))
    else:
        # Also where pieces were asked for: not every server knows how.
        yield from answers.of_completion(_json(b"".join(opened.pieces)))


def _chunks(pieces: Iterable[bytes]) -> Iterator[Any]:
    for data in data_lines(pieces):
        if data.strip() == "[DONE]":
            yield answers.DONE
            return
        if data.strip():
            yield _json(data)


def _json(text: str | bytes) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise problems.garbled(f"No JSON: {problems.words_of(text)}") from None


def _beginning(pieces: Iterable[bytes]) -> bytes:
    found = b""
    for piece in pieces:
        found += piece
        if len(found) > MOST_OF_AN_ERROR:
            break
    return found[:MOST_OF_AN_ERROR]


def _count(provider: ChatProvider) -> None:
    try:
        rate.take(f"chat:{provider.pk}", provider.calls_a_minute)
    except ProviderError:
        raise problems.of_answer(429, {}, b"The limit of calls a minute.") from None


def _note(provider: ChatProvider, problem: problems.ChatProblem) -> None:
    """For staff: without the key, whatever a service repeats of what it was sent."""
    key = key_of(provider)
    # Services say of what they don't take what it was: words of people, none of staff's business.
    details = problem.code if problem.code in OF_WORDS else f"{problem.code}: {problem.details}"
    details = details.replace(key, "•••") if key else details
    problem.details = details[: problems.EXCERPT]
    log.warning("%s did not answer: %s", provider, problem.details)
    if problem.code not in OF_WORDS:
        provider.note(problem.details)
