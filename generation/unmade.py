"""The only place that decides what becomes of a job whose picture was not made: it waits, goes on
alone, or ends."""

import logging
from collections.abc import Sequence

from django.conf import settings
from django.utils.translation import gettext as _

from generation import keys, traffic
from generation.keep import DETAILS
from generation.models import ImageModel, Job, Transition
from generation.progress import Progress
from generation.providers.base import Outcome
from generation.providers.errors import (
    Busy,
    DeviceLost,
    HeldBack,
    KeyRefused,
    ModelTrouble,
    ProviderError,
)
from generation.safety import cases

log = logging.getLogger(__name__)


def give_up(progress: Progress, error: ProviderError) -> None:
    """The whole call failed, and none of its pictures was made."""
    model = progress.jobs[0].model
    _note(progress.jobs[0], error)
    if len(progress.jobs) > 1 and not isinstance(error, (Busy, ModelTrouble)):
        # One person's picture must not fail another's: alone it shows whose it was.
        log.warning("A call of %s for %s failed: %s", model.slug, len(progress.jobs), error.details)
        progress.hand_back(f"{error.code} in company", alone=True)
        return
    for place in list(progress.wanted):
        _end(progress, place, error)


def end_each(progress: Progress, outcomes: Sequence[Outcome]) -> None:
    """Some pictures of the call were not made: it is known which, and they end by themselves."""
    noted: list[ProviderError] = []
    for place, job in list(progress.wanted.items()):
        outcome = outcomes[place]
        if not isinstance(outcome, ProviderError):
            continue
        if outcome not in noted:  # one answer may have been for several
            noted.append(outcome)
            _note(job, outcome)
        _end(progress, place, outcome)


def hand_on(progress: Progress, error: DeviceLost) -> None:
    """Another device may do better, and it was not the jobs' fault, unless it is every time."""
    for job in list(progress.wanted.values()):
        lost = Transition.objects.filter(job=job, note=error.code, at__gte=job.waiting_since)
        if lost.count() >= settings.MAX_ATTEMPTS:
            job.fail(error.code, error.sentence, error.details[-DETAILS:])
    progress.hand_back(error.code, alone=True)


def _note(job: Job, error: ProviderError) -> None:
    """What it says about the service and the model."""
    model = job.model
    traffic.note_failure(model.service, error, with_own_key=bool(keys.own_key(job)))
    if isinstance(error, ModelTrouble):
        log.warning("%s can't be used: %s %s", model.slug, error.sentence, error.details)
        ImageModel.objects.filter(pk=model.pk).update(trouble=error.sentence[:300])


def _end(progress: Progress, place: int, error: ProviderError) -> None:
    job = progress.wanted.pop(place)
    details = error.details[-DETAILS:]
    if isinstance(error, Busy) and not traffic.is_spent(job, error):
        # Each comes back in its own time, unless it has been refused often enough.
        job.hand_back(error.code, rest=traffic.rest(job, error))
    elif isinstance(error, HeldBack):
        cases.of_service(job, error.reason, error.sentence)
        job.block(error.code, error.sentence, details)
    else:
        job.fail(error.code, _sentence(job, error), details)


def _sentence(job: Job, error: ProviderError) -> str:
    """A person's own key is theirs to look at."""
    service = job.model.service
    if service is None or not isinstance(error, KeyRefused) or not keys.own_key(job):
        return error.sentence
    if error.code == KeyRefused.code:
        return _("Your key was refused by %(service)s. Look at Keys for services.") % {
            "service": service
        }
    return _("Your account at %(service)s has no money left.") % {"service": service}
