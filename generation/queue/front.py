"""Puts one waiting picture before everything else that its author waits for."""

from django.db import transaction
from django.db.models import Min

from generation.models import Job
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
        raise NotWaiting("Only a picture that still waits can be moved to the front.")
    # The others of theirs are a place further back, by their own wish.
    own.exclude(pk=job.pk).filter(told_place__isnull=False).update(told_place=None)
    job.announce()
