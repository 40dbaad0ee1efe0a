"""The only place where an archive that somebody sends is begun, added to and given to be looked at,
by every door."""

from typing import Any

from django.conf import settings
from django.core.files import File
from django.utils.translation import gettext as _

from pixazo.errors import UserError
from workspaces.archive import caretaking, staging
from workspaces.models import ArchiveJob, Workspace
from workspaces.tasks import ring


class TooLarge(UserError):
    code = "too_large"
    status = 413


def begin(person: Any, name: str, place: Workspace | None, size: int = 0) -> ArchiveJob:
    """Its parts then follow. `size`: its bytes, where they are known. Raises `TooLarge`."""
    if size > most_bytes():
        raise TooLarge(_("An archive may have up to %(gb)g GB.") % {"gb": settings.ARCHIVE_GB})
    # One at a time: what was sent before and is not wanted takes up room.
    for job in ArchiveJob.objects.filter(person=person, state__in=("sending", "ready")):
        caretaking.remove(job)
    return ArchiveJob.objects.create(
        kind=ArchiveJob.Kind.IMPORT,
        state=ArchiveJob.State.SENDING,
        person=person,
        workspace=place,
        name=name[:200] or "archive.tar.gz",
    )


def add(job: ArchiveJob, content: File | None, number: int | None) -> ArchiveJob:
    """The next part; they are counted from 0."""
    if content is None or number is None:
        raise UserError(_("A part of the file is missing."), code="invalid")
    check_part(content)
    return staging.add_part(job, content, number, most_bytes())


def check_part(content: File) -> None:
    """Also before anything is begun with it. Raises `TooLarge`."""
    if (content.size or 0) > staging.MOST_PART:
        sentence = _("A part of a file may have up to %(mb)s MB. Send it in several.")
        raise TooLarge(sentence % {"mb": staging.MOST_PART // 2**20})


def look(job: ArchiveJob) -> bool:
    """All parts are there: what is in it is looked at. False if it is not being sent any more."""
    if not job.queue(ArchiveJob.State.SENDING):
        return False
    ring(job.pk)
    return True


def take(job: ArchiveJob, policy: str) -> bool:
    """Its person saw what would come. False if there is nothing to decide any more."""
    if not job.queue(ArchiveJob.State.READY, is_confirmed=True, policy=policy):
        return False
    ring(job.pk)
    return True


def most_bytes() -> int:
    return int(settings.ARCHIVE_GB * 10**9)
