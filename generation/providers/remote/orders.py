"""Sees to it that what costs money is not ordered twice when the first order's fate is not known.

Before an order the job is marked; what is known of it afterwards replaces the mark. An attempt that
finds the mark comes after a worker that died, or was stopped, in the middle of the order.
"""

from collections.abc import Callable, Sequence
from typing import TypeVar

from generation.providers.base import ImageRequest, Report
from generation.providers.errors import BadAnswer, ProviderError, ServiceDown, ServiceFailed
from generation.providers.remote.failures import MOST_TRIES, OUTCOME_UNKNOWN, outcome_unknown

T = TypeVar("T")
ORDERED = "?"
MAYBE_MADE = {BadAnswer.code, OUTCOME_UNKNOWN}


def order(
    requests: Sequence[tuple[int, ImageRequest]],
    report: Report,
    place: Callable[[], T],
    *,
    may_repeat: bool,
) -> T:
    """Call `place`, which orders these numbered requests.

    `may_repeat`: twice costs no more than once.
    """
    if may_repeat:
        return _again_if_unknown(place)
    if any(request.remote_id == ORDERED for _, request in requests):
        raise outcome_unknown("An earlier attempt ordered it and did not live to see the answer.")
    for number, _ in requests:
        report.sent(number, ORDERED)
    try:
        return place()
    except ProviderError as error:
        if error.code not in MAYBE_MADE:
            # Certainly not made: the next attempt, if there is one, orders anew.
            for number, _ in requests:
                report.sent(number, "")
        raise


def _again_if_unknown(place: Callable[[], T]) -> T:
    try:
        return place()
    except ServiceFailed as error:
        if error.code != OUTCOME_UNKNOWN:
            raise
        raise ServiceDown(
            "The service did not answer in time.", most=MOST_TRIES, details=error.details
        ) from None
