"""The only place that looks after archives in the background: ends what was interrupted, and
removes files whose time is over."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models.signals import pre_delete
from django.dispatch import receiver
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Notice
from workspaces.archive import staging
from workspaces.models import ArchiveJob
from workspaces.models.archive_job import WAITS

# A silent one is dead: reading and storing say so all the time, only the writing of rows is quiet.
SILENT = timedelta(minutes=10)
UNHEARD = timedelta(seconds=20)  # whoever waits for so long is rung for again
ORPHANED = timedelta(days=1)


def look_after() -> list[UUID]:
    """Those that are to be rung for."""
    moment = now()
    for job in ArchiveJob.objects.filter(state="running", seen__lt=moment - SILENT):
        with override(job.language or None):
            job.fail(_("This was interrupted. Begin it anew."))
        if not job.is_export:
            staging.remove(job.keys)
    over = ArchiveJob.objects.exclude(state__in=ArchiveJob.AT_WORK)
    for job in [
        *over.filter(expires__lt=moment),
        *over.filter(state="sending", created__lt=moment - WAITS),
    ]:
        remove(job)
    staging.remove_orphans(moment - ORPHANED)
    staging.sweep(moment - ORPHANED)
    waiting = ArchiveJob.objects.filter(state="queued", seen__lt=moment - UNHEARD)
    return list(waiting.order_by("seen").values_list("pk", flat=True))


def remove(job: ArchiveJob) -> None:
    """The row, and its files with it. Whoever works on it finds out, and stops."""
    job.delete()


@receiver(pre_delete, sender=ArchiveJob)
def remove_files(instance: ArchiveJob, **kwargs: object) -> None:
    """However the row goes: alone, or with its workspace or its person."""
    Notice.objects.forget([instance.pk])
    keys = list(instance.keys)
    transaction.on_commit(lambda: staging.remove(keys), robust=True)
