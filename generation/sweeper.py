"""The only place that looks for jobs whose worker is gone. Any number of them may run at once."""

import logging

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from generation import doorbell, queue
from generation.clock import moment
from generation.models import Job, Worker
from generation.signals import swept
from pixazo import landmarks
from workspaces.models import Membership, Workspace

log = logging.getLogger(__name__)

# Ended in one sweep; the next one takes the next.
MOST = 500


def sweep() -> int:
    """Queue lost jobs again, or fail them after the last attempt; end what is deleted or switched
    off, or whose person is out; ring for what waits.

    Says how many jobs were lost.
    """
    lost = _give_up_on(Job.objects.lost()) + _give_up_on(_of_the_dead())
    _end_what_is_deleted()
    _end_what_is_switched_off()
    queue.end_of_patience()
    queue.admit_forgotten()
    _ring_for_the_waiting()
    swept.send_robust(sender=None)
    return lost


def _give_up_on(rows: QuerySet[Job]) -> int:
    lost = 0
    for job in rows.select_related("batch__workspace"):
        worker = job.worker
        # Asked of the row again: its worker may have reported just now.
        if job.lose(rows, settings.MAX_ATTEMPTS):
            lost += 1
            landmarks.reach(landmarks.LOST)
            log.warning("Job %s was lost by %s, attempt %s.", job.pk, worker, job.attempt)
    return lost


def _of_the_dead() -> QuerySet[Job]:
    """Of processes of this machine that have ended: their leases need not run out first."""
    names = set(Job.objects.active().order_by().values_list("worker", flat=True))
    return Job.objects.active().filter(worker__in=[name for name in names if Worker.is_gone(name)])


def _end_what_is_deleted() -> None:
    """A batch or its workspace goes into the trash first, or a person out of it, then the jobs end:
    not if that process was killed, nor what somebody asked for at that very moment."""
    thrown = Workspace.objects.thrown().values("pk")
    works_there = Membership.objects.filter(
        workspace=OuterRef("batch__workspace"), user=OuterRef("author_id")
    )
    is_thrown = (Q(batch__deleted__isnull=False), Q(batch__workspace__in=thrown))
    for gone in (*is_thrown, ~Exists(works_there)):
        rows = Job.objects.unfinished().filter(gone)
        for job in rows.select_related("batch__workspace")[:MOST]:
            job.cancel()


def _end_what_is_switched_off() -> None:
    """Nobody draws what needs a model or a service that staff switched off: it holds no units for
    ever."""
    limit = moment(seconds=-settings.PAUSE_HOURS * 3600)
    is_off = Q(model__is_active=False) | Q(model__service__is_active=False)
    rows = Job.objects.waiting().filter(is_off, waiting_since__lt=limit)
    for job in rows.select_related("batch__workspace", "model")[:MOST]:
        job.expire(
            _("%(name)s has been switched off for a while. Try another model.")
            % {"name": job.model.name}
        )


def _ring_for_the_waiting() -> None:
    """For what should have been claimed long ago, in lanes where somebody can hear."""
    late = moment(seconds=-2 * settings.LOOK_SECONDS)
    lanes = Job.objects.waiting().filter(waiting_since__lt=late).order_by().values_list("lane")
    waiting = {lane for (lane,) in lanes.distinct()}
    heard = {lane for worker in Worker.objects.alive() for lane in worker.lanes.split(",")}
    for lane in waiting & heard:
        doorbell.ring(lane)


def forget_workers() -> None:
    """Rows of worker processes that have not been seen for an hour."""
    Worker.objects.filter(seen__lt=moment(seconds=-3600)).delete()
