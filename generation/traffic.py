"""The only place that remembers how a service fares: when it is left alone, when it is asked again.

Five faults within half a minute, and nothing is sent for as long again; the first fault after that
closes it once more, the first success opens it.
"""

import random

from django.core.cache import cache

from generation.clock import moment
from generation.models import Job, Service, Transition
from generation.providers.errors import Busy, KeyRefused, ProviderError, Throttled

MOST_FAULTS = 5
WINDOW = 30.0  # seconds
CLOSED_SECONDS = 30.0
FIRST_REST = 2.0
LONGEST_REST = 60.0
JITTER = 0.25  # of the rest: those who were refused together don't come back together


def note_success(service: Service | None) -> None:
    if service and (service.closed_until or service.trouble):
        cache.delete_many(_slots(service))
        Service.objects.filter(pk=service.pk).update(closed_until=None, trouble="")


def note_failure(service: Service | None, error: ProviderError, *, with_own_key: bool) -> None:
    """`with_own_key`: a person's; what it may not, or not so often, is no trouble of the site's."""
    if service is None:
        return
    rows = Service.objects.filter(pk=service.pk)
    if isinstance(error, KeyRefused) and not with_own_key:
        rows.update(trouble=error.sentence[:300])
    if not error.is_fault or (with_own_key and isinstance(error, Throttled)):
        return
    if _are_too_many(service) or service.closed_until:
        rows.update(closed_until=moment(seconds=CLOSED_SECONDS), trouble=error.sentence[:300])


def is_spent(job: Job, error: Busy) -> bool:
    """Whether this was the last try that such a refusal allows."""
    return error.most is not None and _earlier(job, error) + 1 >= error.most


def rest(job: Job, error: Busy) -> float:
    """Seconds until the job may be claimed again: what the service named, or ever longer."""
    seconds = error.retry_after or FIRST_REST * 2 ** min(_earlier(job, error), 10)
    return min(seconds, LONGEST_REST) * (1 + JITTER * random.random())  # noqa: S311  no secret


def _earlier(job: Job, error: Busy) -> int:
    """How often it was handed back for this since it was asked for."""
    rows = Transition.objects.filter(job=job, note=error.code, at__gte=job.waiting_since)
    return rows.count()


def _are_too_many(service: Service) -> bool:
    """Count a fault. Each takes a place of its own for as long as it counts: `add` is an INSERT, so
    that of two workers that count at once none is overlooked."""
    slots = _slots(service)
    cache.get_many(slots)  # takes away those that are over
    taken = next((number for number, slot in enumerate(slots) if cache.add(slot, True, WINDOW)), -1)
    return taken in (MOST_FAULTS - 1, -1)


def _slots(service: Service) -> list[str]:
    return [f"faults:{service.pk}:{number}" for number in range(MOST_FAULTS)]
