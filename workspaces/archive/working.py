"""The only place that works on archives in the background, one in each process at a time: the other
thread of the chores is for others."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import partial
from math import inf
from threading import Lock
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, override

from accounts.models import Notice
from pixazo.errors import UserError
from workspaces.archive import staging
from workspaces.archive.arriving import Policy
from workspaces.archive.caretaking import remove
from workspaces.archive.taking import Brought, plan, take
from workspaces.archive.writing import archive_of
from workspaces.models import ArchiveJob, Workspace

READY = gettext_noop("The archive “%(name)s” can be fetched.")
TAKEN = gettext_noop("Everything of “%(name)s” is there.")
FAILED = gettext_noop("“%(name)s” has failed.")
NOTED = 2.0  # seconds between two notes of how far it is

log = logging.getLogger(__name__)
_turn = Lock()


class Unwanted(Exception):
    """Its row or its workspace has gone, or somebody gave it up."""


def work(pk: UUID) -> None:
    """Do what is to be done for this job; nothing if somebody does it already."""
    if not _turn.acquire(blocking=False):
        return  # it is rung for again
    try:
        job = ArchiveJob.objects.select_related("person", "workspace__owner").filter(pk=pk).first()
        if job is not None and job.claim():
            with override(job.language or None):
                _work(job)
    finally:
        _turn.release()


def _work(job: ArchiveJob) -> None:
    keys = job.keys
    try:
        if job.is_export:
            _export(job)
        elif job.is_confirmed:
            _take(job)
        else:
            _look(job)
            return
    except Unwanted:
        log.info("%s was given up.", job)
    except UserError as error:
        _fail(job, error.sentence)
    except OSError:
        log.exception("%s could not be stored or read.", job)
        _fail(job, _("The storage is full or out of reach. Try again later."))
    except Exception:
        log.exception("%s broke.", job)
        _fail(job, _("Something broke on our side. It has been noted; try again in a moment."))
    else:
        if job.state == ArchiveJob.State.DONE:
            _tell(job, READY if job.is_export else TAKEN)
    if not job.is_export:
        staging.remove(keys)


def _fail(job: ArchiveJob, sentence: str) -> None:
    if job.fail(sentence):
        _tell(job, FAILED)


def _tell(job: ArchiveJob, text: str) -> None:
    """In the bell, on whatever page its person is by now."""
    link = reverse("archive_job", args=[job.pk])
    said = text % {"name": job.name}
    Notice.objects.tell(job.person, said, link, sender=None, subject=job.pk, kind="archive")


def _export(job: ArchiveJob) -> None:
    assert job.workspace is not None
    key, size = staging.put(archive_of(job.workspace, Progress(job)))
    if not job.finish(keys=[key], size=size):
        staging.discard([key])
        raise Unwanted
    # Whoever wants another one wants the workspace as it is now: one at a time takes room.
    older = ArchiveJob.objects.filter(kind=job.kind, workspace=job.workspace, pk__lt=job.pk)
    for each in older.filter(state=ArchiveJob.State.DONE):
        remove(each)


def _look(job: ArchiveJob) -> None:
    progress = Progress(job)
    found = plan(partial(progress.reading, job.keys), job.size, job.workspace, job.person)
    job.show(asdict(found))


def _take(job: ArchiveJob) -> None:
    progress = Progress(job)

    def finish(place: Workspace, came: Brought) -> None:
        report = (job.report or {}) | {"came": asdict(came)}
        # In the transaction: given up meanwhile, nothing of it comes.
        if not job.finish(workspace=place, keys=[], report=report):
            raise Unwanted

    take(
        partial(progress.reading, job.keys),
        job.size,
        job.workspace,
        job.person,
        Policy(job.policy),
        progress,
        finish,
    )


class Progress:
    """Notes how far it is, now and then. Raises `Unwanted`."""

    def __init__(self, job: ArchiveJob, clock: Callable[[], float] = time.monotonic) -> None:
        self.job, self.clock = job, clock
        self.noted = -NOTED
        self.at = 0, 0

    def __call__(self, done: int, total: int) -> None:
        self.at = done, total
        self._note()
        if done == total:
            # Now rows are written, in one transaction: a note in it would be seen by nobody, and
            # keep whoever gives it up waiting for its end.
            self.noted = inf

    def reading(self, keys: list[str]) -> Iterator[bytes]:
        for chunk in staging.chunks_of(keys):
            self._note()
            yield chunk

    def _note(self) -> None:
        if self.clock() - self.noted < NOTED:
            return
        self.noted = self.clock()
        if not self.job.note(*self.at):
            raise Unwanted
