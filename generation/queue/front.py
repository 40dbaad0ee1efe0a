"""Puts waiting pictures before everything else that their author waits for."""

from collections.abc import Iterable
from contextlib import suppress

from django.db import transaction
from django.db.models import Min
from django.utils.translation import gettext as _

from generation.models import Batch, Job
from generation.queue.own import one_at_a_time
from pixazo.errors import UserError


class NotWaiting(UserError):
    code = "not_waiting"
    status = 409


@transaction.atomic
def move_to_front(job: Job) -> None:
    """It changes nothing for others: the order is among the author's own. Raises `NotWaiting`."""
    one_at_a_time(job.author_id)
    own = Job.objects.waiting().filter(author_id=job.author_id, lane=job.lane, is_idle=job.is_idle)
    first = own.aggregate(rank=Min("rank"))["rank"] or 0
    if not own.filter(pk=job.pk).update(rank=first - 1):
        raise NotWaiting(_("Only a picture that still waits can be moved to the front."))
    # The others of theirs are a place further back, by their own wish.
    own.exclude(pk=job.pk).filter(told_place__isnull=False).update(told_place=None)
    job.announce()


def put_first(batches: Iterable[Batch]) -> None:
    """All that still waits of what was asked for together, in its order."""
    jobs = Job.objects.waiting().filter(batch__in=list(batches)).order_by("-batch_id", "-index")
    for job in jobs:
        # Some may have been taken meanwhile: nothing is before those.
        with suppress(NotWaiting):
            move_to_front(job)
