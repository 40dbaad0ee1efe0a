"""What a service's refusal means: come back, try elsewhere, or give up, in words for a person.

The service's own words go into `details`, for staff, without the key and not more than 2 KiB.
Sources: the vendors' tables of errors, and what clients report to have seen (a missing balance as
402 and as 403, a wrong key as 400, a wrong name of a parameter as 500 in plain text).
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from email.utils import parsedate_to_datetime

from django.utils.timezone import now
from django.utils.translation import gettext as _

from generation.providers.errors import (
    BadAnswer,
    HeldBack,
    KeyRefused,
    ModelTrouble,
    ProviderError,
    ServiceDown,
    ServiceFailed,
    Throttled,
)
from pixazo import outgoing

EXCERPT = 2048  # characters
LONGEST_REST = 60.0  # seconds, whatever a service asks for
MOST_TRIES = 3
OUTCOME_UNKNOWN = "outcome_unknown"
NO_MONEY = "service_balance"
NO_BALANCE = ("insufficient balance", "balance is insufficient", "insufficient_quota")
NO_QUOTA = "insufficient_quota"
TOLD_BY_WORDS = (400, 403, 422)
WRONG_KEY = ("incorrect api key", "invalid_api_key", "invalid api key")
HELD_BACK = ("moderation", "content policy", "content_policy", "safety system", "nsfw")


def of_refusal(refused: outgoing.Refused) -> ProviderError:
    """Nothing came back, or not all of it."""
    details = f"{refused.code}: {refused.sentence}"
    if isinstance(refused, outgoing.TooSlow) and refused.was_sent:
        return outcome_unknown(details)
    if isinstance(refused, outgoing.TooLarge):
        return BadAnswer(details)
    if isinstance(refused, outgoing.Broken) and refused.was_answered:
        return BadAnswer(details)
    if isinstance(refused, (outgoing.Unreachable, outgoing.TooSlow, outgoing.Broken)):
        return _down(_("The service can't be reached at present."), details)
    return ModelTrouble(_("The address of this model's service can't be used."), details=details)


def outcome_unknown(details: str) -> ServiceFailed:
    """It may have made the picture and taken the site's money: never ordered twice by itself."""
    return ServiceFailed(
        _(
            "The service did not answer in time. Whether it made the picture is not known;"
            " it cost you nothing."
        ),
        code=OUTCOME_UNKNOWN,
        details=details,
    )


def of_answer(answer: outgoing.Answer) -> ProviderError:
    """It answered, with anything but success."""
    details = f"HTTP {answer.status}: {excerpt(answer)}"
    # Words count only where they are an answer to this request: the others may echo the prompt.
    if answer.status in TOLD_BY_WORDS and (error := of_words(details)):
        return error
    if answer.status == 402 or _code(answer) == NO_QUOTA:
        return _no_balance(details)
    if answer.status == 429:
        return Throttled(
            _("The service is busy."), retry_after=_told(answer, default=0.0), details=details
        )
    if answer.status in (408, 425, 502, 503, 504):
        down = _down(_("The service can't work at present."), details)
        down.retry_after = _told(answer, default=0.0)
        return down
    if answer.status >= 500:
        return ServiceFailed(_("The service failed to make this picture."), details=details)
    if answer.status in (401, 403):
        return KeyRefused(_("The service refused the key."), details=details)
    if answer.status == 404:
        return ModelTrouble(_("The service doesn't know this model."), details=details)
    if answer.status < 400:
        return BadAnswer(details)
    return ProviderError(
        _("The service did not accept this request."), code="service_refused", details=details
    )


def of_words(details: str) -> ProviderError | None:
    """What some services tell by their words only."""
    words = details.lower()
    if any(each in words for each in NO_BALANCE):
        return _no_balance(details)
    if any(each in words for each in WRONG_KEY):
        return KeyRefused(_("The service refused the key."), details=details)
    if any(each in words for each in HELD_BACK):
        return HeldBack(_("The service's safety check stopped this picture."), details=details)
    return None


def _no_balance(details: str) -> KeyRefused:
    return KeyRefused(
        _("The account at the service has no money left."), code=NO_MONEY, details=details
    )


def _code(answer: outgoing.Answer) -> str:
    """The code of an error in OpenAI's form: a field of its own echoes no prompt."""
    try:
        error = json.loads(answer.content).get("error")
        return str(error.get("code"))
    except (ValueError, RecursionError, AttributeError):
        return ""


def excerpt(answer: outgoing.Answer) -> str:
    return answer.content[:EXCERPT].decode("utf-8", "replace")


@contextmanager
def for_staff(key: str) -> Iterator[None]:
    """Whatever goes wrong inside: its details are short, and without the key that was used."""
    try:
        yield
    except ProviderError as error:
        error.details = readable(error.details, key)[:EXCERPT]
        raise


def readable(text: str, key: str) -> str:
    """What was taken for a picture or JSON may be anything; a database stores no NUL."""
    text = text.replace(key, "•••") if key else text
    return "".join(sign if sign.isprintable() or sign in "\n\t" else "�" for sign in text)


def _down(sentence: str, details: str) -> ServiceDown:
    return ServiceDown(sentence, most=MOST_TRIES, details=details)


def _told(answer: outgoing.Answer, default: float) -> float:
    """Seconds of a Retry-After: a number, or a moment (RFC 9110, 10.2.3)."""
    text = answer.headers.get("retry-after", "").strip()
    try:
        seconds = float(text)
    except ValueError:
        try:
            seconds = (parsedate_to_datetime(text) - now()).total_seconds()
        except (ValueError, TypeError):
            return default
    return min(max(seconds, 0.0), LONGEST_REST) if seconds == seconds else default
