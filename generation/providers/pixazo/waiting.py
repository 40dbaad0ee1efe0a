"""Waits for what the gateway has in its queue; a cancelled picture is waited for no longer."""

import time
from typing import Any

from django.utils.translation import gettext as _

from generation.providers.base import ImageRequest, Report
from generation.providers.errors import (
    BadAnswer,
    Busy,
    ModelTrouble,
    ProviderError,
    ServiceFailed,
)
from generation.providers.pixazo import answers
from generation.providers.pixazo.gateway import Gateway
from generation.providers.remote.failures import of_words
from generation.providers.remote.queue import SHOWN, Look, Queue, Ticket

# The vendor names 5 to 10 seconds between two looks.
PAUSE = 5.0
NAP = 1.0  # how soon a cancel is noticed
# So long one worker waits; then the job makes room for others and is looked at again later.
TURN_SECONDS = 90.0
REST = 10.0
MOST_TURNS = 20
# About five minutes for a word that may mean that it is under way, or that it never will be.
MOST_UNKNOWN_TURNS = 3
LONGEST = MOST_TURNS * (TURN_SECONDS + REST * 1.25)  # rests are drawn out by chance


def wait(
    gateway: Gateway,
    queue: Queue,
    ticket: Ticket,
    request: ImageRequest,
    report: Report,
    places: tuple[str, ...],
) -> str:
    """The address of the finished picture. Raises a `ProviderError`."""
    until = time.monotonic() + TURN_SECONDS
    looks = 0
    while True:
        looks += 1
        answer = _look(gateway, queue.look(ticket), ticket.id)
        now = queue.state(answer)
        if now == "done":
            if url := answers.result(answer, places) or answers.result(answer):
                return url
            raise BadAnswer(f"Done, but without a picture: {answer}")
        if now == "failed":
            raise failure(queue, answer)
        # It tells no share of the work done: each look is shown as a step, the last one left out.
        step = max(1, min(looks, request.num_inference_steps - 1))
        _nap(report, step)
        if time.monotonic() > until:
            raise _not_yet(queue.word(answer) if now == "unknown" else "")


def _not_yet(unknown: str) -> Busy:
    """The job makes room. What only says a word that nobody knows is not waited for as long."""
    if not unknown:
        return Busy(
            _("The service has it still in its queue."),
            retry_after=REST,
            most=MOST_TURNS,
            code="service_queue",
        )
    word = "".join(sign for sign in unknown[:SHOWN] if sign.isalnum() or sign in " _-")
    return Busy(
        _(
            "The service says “%(word)s” of this picture, which is not known here; it was waited"
            " for in vain."
        )
        % {"word": word},
        retry_after=REST,
        most=MOST_UNKNOWN_TURNS,
        code="service_word",
        details=f"The adapter's queue has no such word: {unknown}",
    )


def _look(gateway: Gateway, look: Look, number: str) -> dict[str, Any]:
    """What has become of it. That a look fails says nothing about the picture."""
    path, body = look.path_of(number), look.body_of(number)
    try:
        return gateway.get(path) if body is None else gateway.post(path, body)
    except (Busy, ServiceFailed):
        return {}
    except ModelTrouble as error:
        raise ProviderError(
            _("The service has lost this picture."), code="order_lost", details=error.details
        ) from None


def _nap(report: Report, step: int) -> None:
    waited = 0.0
    while True:
        report(step)
        if waited >= PAUSE:
            return
        time.sleep(min(NAP, PAUSE))
        waited += NAP


def failure(queue: Queue, answer: dict[str, Any]) -> ProviderError:
    """FAILED is the model's failure and ERROR the platform's; neither is charged."""
    details = f"{queue.word(answer)}: {answers.reason(answer)}"
    return of_words(details) or ProviderError(
        _("The service could not make this picture."), code="service_refused", details=details
    )
