"""The one place where a drawn picture becomes a row: files first, then one short transaction."""

import errno
import logging
import time
import traceback
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext as _

from generation import pictures, verdict
from generation.fault_points import reach
from generation.models import Image, Job, diary
from generation.provenance import mark
from generation.providers.base import ImageRequest, Picture
from generation.providers.errors import HeldBack, ProviderError
from generation.recipe import hash_of, recipe_of
from generation.safety import outputs
from pixazo import landmarks

log = logging.getLogger(__name__)

DETAILS = 4000  # characters of what the machine said that staff may read
# Seconds between the tries to commit a picture that is drawn and stored.
COMMIT_PAUSES = (0.2, 1.0, 3.0)


@dataclass(frozen=True)
class Drawn:
    """A picture that is drawn and not yet kept, and how its call went. Times in seconds."""

    job: Job
    request: ImageRequest
    picture: Picture
    wait_seconds: float
    load_seconds: float
    draw_seconds: float
    company: int


def keep(drawn: Drawn) -> None:
    """Store the picture and end its job. Only what the database itself refuses is raised: the lease
    then runs out."""
    with diary.working_on([drawn.job]):
        _keep_or_end(drawn)


def _keep_or_end(drawn: Drawn) -> None:
    job = drawn.job
    try:
        _keep(drawn)
    except (OperationalError, InterfaceError):
        raise
    except HeldBack as error:
        job.block(error.code, error.sentence, error.details[-DETAILS:])
    except ProviderError as error:
        job.fail(error.code, error.sentence, error.details[-DETAILS:])
    except OSError as error:
        log.exception("The picture of %s could not be stored.", job.pk)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            code, sentence = (
                "disk_full",
                _("There is no room left to store pictures. Try again later."),
            )
        else:
            code, sentence = "storage", _("The picture could not be stored. Try again later.")
        job.fail(code, sentence, str(error))
    except Exception:
        log.exception("The picture of %s could not be kept.", job.pk)
        sentence = _("Something went wrong while this picture was saved.")
        job.fail("crashed", sentence, traceback.format_exc()[-DETAILS:])


def _keep(drawn: Drawn) -> None:
    """If the job was no longer ours, the files go."""
    job = drawn.job
    if not _start_saving(job):
        landmarks.reach(landmarks.FENCED)
        return
    outputs.check(job, drawn.picture.image)
    image = _image(drawn)
    kind = mark.COMPOSED if image.is_composed else mark.MADE
    stored = pictures.store(
        drawn.picture.image,
        image.recipe,
        job.batch.workspace,
        kind,
        is_drawn=True,
        received=drawn.picture.received,
    )
    try:
        for name, value in asdict(stored).items():
            setattr(image, name, value)
        image.verdict = verdict.judge(job, image, drawn.picture.image)
        reach("keep.files")
        if not _commit(job, image):
            pictures.discard(stored.keys)
            landmarks.reach(landmarks.FENCED)
    except (OperationalError, InterfaceError):
        # Whether it was committed is not known: the collector keeps or removes the files later.
        raise
    except Exception:
        if not Image.objects.filter(pk=image.pk).exists():
            pictures.discard(stored.keys)
        raise
    reach("keep.committed")


def _image(drawn: Drawn) -> Image:
    """Its row, without what storing finds out."""
    job, recipe = drawn.job, recipe_of(drawn.job, drawn.request, drawn.picture)
    return Image(
        workspace=job.batch.workspace,
        job=job,
        alt=job.batch.prompt[:500],
        recipe=recipe,
        recipe_hash=hash_of(recipe),
        model_name=job.model.name,
        wait_seconds=drawn.wait_seconds,
        load_seconds=drawn.load_seconds,
        draw_seconds=drawn.draw_seconds,
        device=str(drawn.picture.made_by.get("device", ""))[:100],
        company=drawn.company,
        remark=drawn.picture.remark[:200],
        is_composed=job.batch.is_composed,
    )


def _start_saving(job: Job) -> bool:
    """True if the job is still ours."""
    # Asked again after an error, the row may say so already.
    return _insisting(lambda: job.start_saving() or job.is_still_mine())


def _commit(job: Job, image: Image) -> bool:
    """True if the picture is the job's, also when only the answer to an earlier try was lost."""
    return _insisting(lambda: job.succeed(image) or Image.objects.filter(pk=image.pk).exists())


def _insisting(write: Callable[[], bool]) -> bool:
    """A connection that breaks now must not cost a picture that is drawn."""
    for pause in COMMIT_PAUSES:
        try:
            return write()
        except (OperationalError, InterfaceError):
            connection.close()
            time.sleep(pause)
    return write()
