"""Why a language model did not answer, in sentences for a person; its own words are for staff."""

import json
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from pixazo import outgoing
from pixazo.errors import UserError

EXCERPT = 300  # characters, for staff
LONGEST_WAIT = 600  # seconds, whatever a provider asks for
WRONG_KEY = ("incorrect api key", "invalid api key", "invalid_api_key", "no-credentials")
HELD_BACK = ("moderation", "content policy", "content_policy", "safety")
TOO_LONG = ("context_length", "context length", "maximum context", "too many tokens")
NO_MONEY = ("insufficient_quota", "credit", "billing", "spending limit")


class ChatProblem(UserError):
    """`details` are for staff: what came, shortened and without the key."""

    code = "chat_failed"
    status = 502

    def __init__(self, sentence: str, *, details: str = "", **more: Any) -> None:
        super().__init__(sentence, **more)
        self.details = details


class ChatOff(ChatProblem):
    code = "chat_off"
    status = 409

    def __init__(self, sentence: str = "") -> None:
        super().__init__(sentence or _("No language model is set up on this site."))


def of_refusal(refused: outgoing.Refused) -> ChatProblem:
    """Nothing came back, or not all of it."""
    details = f"{refused.code}: {refused.sentence}"
    if isinstance(refused, outgoing.TooSlow):
        sentence = _("The language model took too long to answer. Ask again in a while.")
        return ChatProblem(sentence, code="chat_slow", status=504, details=details)
    if isinstance(refused, outgoing.Broken) and refused.was_answered:
        return cut(details)
    if isinstance(refused, outgoing.TooLarge):
        return ChatProblem(
            _("The answer was longer than can be kept."), code="chat_too_long", details=details
        )
    sentence = _("The language model can't be reached at present.")
    return ChatProblem(sentence, code="chat_unreachable", details=details)


def cut(details: str = "") -> ChatProblem:
    return ChatProblem(
        _("The connection to the language model broke off."), code="chat_cut", details=details
    )


def garbled(details: str) -> ChatProblem:
    return ChatProblem(
        _("The language model's service did not answer properly."),
        code="chat_garbled",
        details=details,
    )


def of_answer(status: int, headers: Mapping[str, str], body: bytes) -> ChatProblem:
    """It answered with anything but success. The status counts before the body: of one proxy, a
    failure looks like an answer in every other respect."""
    words = words_of(body)
    details = f"HTTP {status}: {words}"[:EXCERPT]
    if status == 429 and not _says(words, NO_MONEY):
        return ChatProblem(
            _("The language model is asked too much at present. Ask again in a while."),
            code="chat_busy",
            status=503,
            retry_after=_wait(headers),
            details=details,
        )
    if status in (401, 402, 403, 429) or (status == 400 and _says(words, WRONG_KEY)):
        return ChatProblem(
            _("The language model's service turned this site away. Whoever runs it has to look."),
            code="chat_refused",
            details=details,
        )
    if status in (400, 413, 422):
        return _of_request(words, details)
    if status == 404:
        sentence = _("The service doesn't know this language model. Choose another one.")
        return ChatProblem(sentence, code="chat_model_unknown", details=details)
    return failed(details)


def failed(details: str) -> ChatProblem:
    return ChatProblem(
        _("The language model's service failed. Ask again in a while."), details=details
    )


def words_of(body: bytes | str | Any) -> str:
    """What it says is wrong: in OpenAI's form, flat as xAI's, or as FastAPI's `detail`."""
    try:
        data = json.loads(body) if isinstance(body, bytes | str) else body
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body)
        return _plain(text)
    if not isinstance(data, dict):
        return _plain(str(data))
    error = data.get("error") or data.get("detail") or data.get("message") or data
    if isinstance(error, dict):
        parts = [error.get("message") or error, error.get("code")]
    else:
        parts = [error, data.get("code")]
    return _plain(" ".join(str(part) for part in parts if part))


def _of_request(words: str, details: str) -> ChatProblem:
    if _says(words, HELD_BACK):
        return ChatProblem(
            _("The language model's safety check stopped this."),
            code="chat_held_back",
            status=400,
            details=details,
        )
    if _says(words, TOO_LONG):
        return ChatProblem(
            _("This chat is too long for the language model. Begin a new one."),
            code="chat_too_long",
            status=400,
            details=details,
        )
    sentence = _("The language model's service did not accept this message.")
    return ChatProblem(sentence, code="chat_not_accepted", status=400, details=details)


def _says(words: str, any_of: tuple[str, ...]) -> bool:
    return any(each in words.lower() for each in any_of)


def _wait(headers: Mapping[str, str]) -> int:
    text = headers.get("retry-after", "").strip()
    return min(max(int(text), 1), LONGEST_WAIT) if text.isascii() and text[:9].isdigit() else 10


def _plain(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text[: EXCERPT * 2])
