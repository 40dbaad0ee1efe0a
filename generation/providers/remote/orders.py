"""Sees to it that what costs money is not ordered twice when the first order's fate is not known.

Before an order the job is marked; what is known of it afterwards replaces the mark. An attempt that
finds the mark comes after a worker that died, or was stopped, in the middle of the order.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from django.utils.translation import gettext as _

from generation.providers.base import ImageRequest, Report
from generation.providers.errors import (
    BadAnswer,
    Cancelled,
    ProviderError,
    ServiceDown,
    ServiceFailed,
)
from generation.providers.remote import asking
from generation.providers.remote.failures import MOST_TRIES, OUTCOME_UNKNOWN, outcome_unknown

T = TypeVar("T")
# A request by its number in the call.
Numbered = tuple[int, ImageRequest]
ORDERED = "?"
MAYBE_MADE = {BadAnswer.code, OUTCOME_UNKNOWN, ServiceFailed.code}


def order(
    requests: Sequence[Numbered],
    report: Report,
    place: Callable[[Sequence[Numbered]], T],
    *,
    may_repeat: bool,
) -> T:
    """Call `place` to order those of these requests that are still wanted; all are of one account.

    `may_repeat`: twice costs no more than once. Raises `Cancelled` where none is wanted.
    """
    if not may_repeat and any(request.remote_id == ORDERED for _, request in requests):
        raise outcome_unknown(
            _("An earlier attempt ordered it and did not live to see the answer.")
        )
    # First of all: what goes wrong here has sent nothing, and must leave no mark.
    asking.count(asking.Account.of(requests[0][1]))
    wanted = _marked(requests, report, "" if may_repeat else ORDERED)
    if not wanted:
        raise Cancelled
    if may_repeat:
        return _again_if_unknown(lambda: place(wanted))
    try:
        return place(wanted)
    except ProviderError as error:
        if not may_be_made(error):
            # The next attempt, if there is one, orders anew.
            _marked(wanted, report, "")
        raise


def may_be_made(error: ProviderError) -> bool:
    """Whether an order that ended so may have been carried out, and charged."""
    return error.code in MAYBE_MADE


def _marked(requests: Sequence[Numbered], report: Report, mark: str) -> list[Numbered]:
    """Those that are still ours: a picture that was cancelled, or that another worker has by now,
    must not be ordered."""
    ours = []
    for number, request in requests:
        with suppress(Cancelled):
            report.sent(number, mark)
            ours.append((number, request))
    return ours


def _again_if_unknown(place: Callable[[], T]) -> T:
    try:
        return place()
    except ServiceFailed as error:
        if error.code != OUTCOME_UNKNOWN:
            raise
        raise ServiceDown(
            _("The service did not answer in time."), most=MOST_TRIES, details=error.details
        ) from None
