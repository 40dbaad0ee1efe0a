"""The one place where rows and providers meet: claimed jobs in, kept pictures out."""

import errno
import logging
import time
import traceback
from dataclasses import asdict
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection

from generation import pictures, providers
from generation.fault_points import reach
from generation.models import Image, ImageModel, Job
from generation.progress import Progress
from generation.providers.base import Picture, Provider
from generation.providers.errors import (
    Busy,
    Cancelled,
    HeldBack,
    ModelTrouble,
    ProviderError,
)
from generation.recipe import hash_of, recipe_of
from generation.request import image_request

log = logging.getLogger(__name__)

DETAILS = 4000  # characters of what the machine said that staff may read
# Seconds between the tries to commit a picture that is drawn and stored.
COMMIT_PAUSES = (0.2, 1.0, 3.0)

# Which row each address belongs to, for `loaded_models`.
_known: dict[tuple[str, str], tuple[UUID, str]] = {}


def run(progress: Progress) -> None:
    """Draw and keep the pictures of a progress's jobs: claimed together, of one shape.

    Every job ends, is handed back, or is no longer ours. Only what the database itself refuses is
    raised; the leases then run out.
    """
    reach("claim.taken")
    model = progress.jobs[0].model
    _known[model.provider, model.address] = (model.pk, model.slug)
    try:
        drawn = _draw(model, progress)
    except Cancelled:
        return
    except ProviderError as error:
        _give_up(progress, error)
        return
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        # A library may raise anything; the worker must live on and the person hear of it.
        log.exception("Drawing with %s failed.", model.slug)
        _give_up(
            progress,
            ProviderError(
                "Something went wrong while this picture was drawn.",
                code="crashed",
                details=traceback.format_exc(),
            ),
        )
        return
    if model.trouble:
        ImageModel.objects.filter(pk=model.pk).update(trouble="")
    for place, job in progress.wanted.items():
        _keep_or_fail(job, drawn[place], time.monotonic() - progress.begun)


def loaded_models() -> dict[UUID, str]:
    """Ids and slugs of the models in this process's memory, latest used first."""
    loaded: dict[UUID, str] = {}
    for name in {provider for provider, _ in _known}:
        started = providers.started(name)
        for address in started.loaded if started else ():
            if known := _known.get((name, address)):
                loaded[known[0]] = known[1]
    return loaded


def equipment() -> tuple[str, str]:
    """Device and precision of this process, once a provider has found out; else empty."""
    for name in {provider for provider, _ in _known}:
        if started := providers.started(name):
            return started.device, started.precision
    return "", ""


def _draw(model: ImageModel, progress: Progress) -> list[Picture]:
    provider: Provider = providers.provider(model.provider)
    drawn = provider.generate([image_request(job) for job in progress.jobs], progress)
    reach("draw.done")
    if len(drawn) != len(progress.jobs):
        raise ProviderError(
            "The model did not make the pictures it was asked for.",
            code="wrong_count",
            details=f"Asked for {len(progress.jobs)}, made {len(drawn)}.",
        )
    return drawn


def _give_up(progress: Progress, error: ProviderError) -> None:
    model = progress.jobs[0].model
    if isinstance(error, Busy):
        progress.hand_back(error.code, rest=error.retry_after)
        return
    if isinstance(error, ModelTrouble):
        log.warning("%s can't be used: %s %s", model.slug, error.sentence, error.details)
        ImageModel.objects.filter(pk=model.pk).update(trouble=error.sentence[:300])
    elif len(progress.jobs) > 1:
        # One person's picture must not fail another's: alone it shows whose it was.
        log.warning("A call for %s pictures failed: %s", len(progress.jobs), error.details)
        progress.hand_back(f"{error.code} in company", alone=True)
        return
    for job in progress.wanted.values():
        end = job.block if isinstance(error, HeldBack) else job.fail
        end(error.code, error.sentence, error.details[-DETAILS:])


def _keep_or_fail(job: Job, picture: Picture, seconds: float) -> None:
    try:
        _keep(job, picture, seconds)
    except (OperationalError, InterfaceError):
        raise
    except OSError as error:
        log.exception("The picture of %s could not be stored.", job.pk)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            code, sentence = "disk_full", "There is no room left to store pictures."
        else:
            code, sentence = "storage", "The picture could not be stored."
        job.fail(code, f"{sentence} Try again later.", str(error))
    except Exception:
        log.exception("The picture of %s could not be kept.", job.pk)
        sentence = "Something went wrong while this picture was saved."
        job.fail("crashed", sentence, traceback.format_exc()[-DETAILS:])


def _keep(job: Job, picture: Picture, seconds: float) -> None:
    """Files first, then one transaction; if the job was no longer ours, the files go."""
    if not job.start_saving():
        return
    recipe = recipe_of(job, picture)
    stored = pictures.store(picture.image, recipe, job.batch.workspace)
    image = Image(
        workspace=job.batch.workspace,
        job=job,
        alt=job.batch.prompt[:500],
        recipe=recipe,
        recipe_hash=hash_of(recipe),
        model_name=job.model.name,
        wait_seconds=_waited(job),
        draw_seconds=seconds,
        **asdict(stored),
    )
    try:
        reach("keep.files")
        if not _commit(job, image):
            pictures.discard(stored.keys)
    except (OperationalError, InterfaceError):
        # Whether it was committed is not known: the collector keeps or removes the files later.
        raise
    except Exception:
        if not Image.objects.filter(pk=image.pk).exists():
            pictures.discard(stored.keys)
        raise
    reach("keep.committed")


def _commit(job: Job, image: Image) -> bool:
    """True if the picture is the job's, also when only the answer to an earlier try was lost."""
    for pause in (*COMMIT_PAUSES, None):
        try:
            return job.succeed(image) or Image.objects.filter(pk=image.pk).exists()
        except (OperationalError, InterfaceError):
            if pause is None:
                raise
            connection.close()
            time.sleep(pause)
    raise AssertionError("unreachable")


def _waited(job: Job) -> float:
    assert job.started is not None
    return max(0.0, (job.started - job.waiting_since).total_seconds())
