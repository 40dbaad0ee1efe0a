"""The one place where rows and providers meet: claimed jobs in, drawn pictures out."""

import logging
import time
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import InterfaceError, OperationalError
from django.utils.translation import gettext as _

from generation import providers, traffic, unmade
from generation.fault_points import reach
from generation.keep import Drawn, keep
from generation.limits import limit_for
from generation.models import ImageModel, Job, diary
from generation.progress import Progress
from generation.providers.base import ImageRequest, Outcome, Picture, Provider
from generation.providers.errors import Cancelled, DeviceLost, ProviderError
from generation.request import image_requests

log = logging.getLogger(__name__)

# Which row each address belongs to, for `loaded_models`.
_known: dict[tuple[str, str], tuple[UUID, str]] = {}


def run(progress: Progress) -> None:
    """Draw the pictures of a progress's jobs and keep them, one after the other."""
    for drawn in draw(progress):
        keep(drawn)


def draw(progress: Progress) -> list[Drawn]:
    """Draw the pictures of a progress's jobs: claimed together, of one shape.

    Every job is in the answer, has ended, is handed back, or is no longer ours. Raised is only
    what the database itself refuses (the leases then run out), and `DeviceLost`.
    """
    with diary.working_on(progress.jobs):
        return _drawn_and_told(progress)


def _drawn_and_told(progress: Progress) -> list[Drawn]:
    reach("claim.taken")
    model = progress.jobs[0].model
    _known[model.provider, model.address] = (model.pk, model.slug)
    try:
        made = _draw(model, progress)
    except Cancelled:
        return []
    except DeviceLost as error:
        unmade.hand_on(progress, error)
        raise
    except ProviderError as error:
        unmade.give_up(progress, error)
        return []
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # A library may raise anything; the worker must live on and the person hear of it.
        log.exception("Drawing with %s failed.", model.slug)
        unmade.give_up(
            progress,
            ProviderError(
                _("Something went wrong while this picture was drawn."),
                code="crashed",
                details=traceback.format_exc(),
            ),
        )
        return []
    progress.limit = None  # what comes now is no drawing
    unmade.end_each(progress, [outcome for _, outcome in made])
    drawn = list(_drawn(progress, made))
    if drawn:
        traffic.note_success(model.service)
        if model.trouble:
            ImageModel.objects.filter(pk=model.pk).update(trouble="")
    return drawn


def _drawn(progress: Progress, made: Sequence[tuple[ImageRequest, Outcome]]) -> Iterator[Drawn]:
    for place, job in list(progress.wanted.items()):
        request, outcome = made[place]
        if isinstance(outcome, Picture):
            yield _one(job, progress, request, outcome)


def _one(job: Job, progress: Progress, request: ImageRequest, picture: Picture) -> Drawn:
    begun = progress.drawing_since or progress.begun
    # Said now: a job that is taken from us meanwhile forgets it.
    assert job.started is not None
    return Drawn(
        job,
        request,
        picture,
        wait_seconds=max(0.0, (job.started - job.waiting_since).total_seconds()),
        load_seconds=begun - progress.begun,
        draw_seconds=time.monotonic() - begun,
        company=len(progress.jobs),
    )


@dataclass(frozen=True)
class Equipment:
    """What this process computes with, once a provider has found out; `memory` in bytes: used, in
    all."""

    device: str = ""
    precision: str = ""
    memory: tuple[int, int] | None = None


def equipment() -> Equipment:
    for provider in _started():
        return Equipment(provider.device, provider.precision, provider.memory)
    return Equipment()


def tidy() -> None:
    """Nothing waits: what has not been used for long may leave the memory."""
    for provider in _started():
        provider.tidy()


def loaded_models() -> dict[UUID, str]:
    """Ids and slugs of the models in this process's memory, latest used first."""
    loaded: dict[UUID, str] = {}
    for name in _kinds():
        started = providers.started(name)
        for address in started.loaded if started else ():
            if known := _known.get((name, address)):
                loaded[known[0]] = known[1]
    return loaded


def _started() -> list[Provider]:
    """The providers that have drawn in this process."""
    found = (providers.started(name) for name in _kinds())
    return [provider for provider in found if provider]


def _kinds() -> set[str]:
    # Several loops of one process may be adding to it.
    return {provider for provider, _ in list(_known)}


def _draw(model: ImageModel, progress: Progress) -> list[tuple[ImageRequest, Outcome]]:
    provider: Provider = providers.provider(model.provider)
    if provider.device:
        progress.limit = limit_for(progress.jobs, provider.device)
    requests = image_requests(progress.jobs)
    drawn = provider.generate(requests, progress)
    reach("draw.done")
    if len(drawn) != len(progress.jobs):
        raise ProviderError(
            _("The model did not make the pictures it was asked for."),
            code="wrong_count",
            details=f"Asked for {len(progress.jobs)}, made {len(drawn)}.",
        )
    return list(zip(requests, drawn, strict=True))
