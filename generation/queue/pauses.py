"""A person's own queue, held: nothing of theirs is begun until they resume (W3).

What is being drawn is finished. What has waited paused for PIXAZO_PAUSE_HOURS expires, so that
its units are free again: a pause holds no reservation for ever.
"""

from functools import partial
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils.translation import gettext as _

from generation import doorbell
from generation.clock import moment
from generation.models import Job, Pause, Turn
from generation.queue.own import one_at_a_time
from pixazo.events import announce
from pixazo.texts.numbers import written

# Ended in one sweep; the next one takes the next.
MOST = 500


def is_paused(user: Any) -> bool:
    return Pause.objects.filter(user_id=user.pk).exists()


@transaction.atomic
def pause(user: Any) -> None:
    """Begin nothing of theirs until `resume`. Harmless to repeat."""
    if Pause.objects.get_or_create(user_id=user.pk)[1]:
        announce(user.channel, "units", user.pk)


@transaction.atomic
def resume(user: Any) -> None:
    """Back into line, as if just come: nobody saves up turns by pausing. Harmless to repeat."""
    one_at_a_time(user.pk)
    if not Pause.objects.filter(user_id=user.pk).delete()[0]:
        return
    waiting = Job.objects.waiting().filter(author_id=user.pk)
    lines = list(waiting.order_by().values_list("lane", "is_idle").distinct())
    # Until now they rested: a report must not say that they waited and were passed over. What a
    # service asked to come back later with rests on.
    rested = Greatest(Coalesce("rest_until", Now()), Now())
    waiting.update(rest_until=rested, told_place=None)
    for lane, is_idle in lines:
        turn = Turn.objects.filter(author_id=user.pk, lane=lane, is_idle=is_idle)
        turn.update(since=None, passed=None)
        Turn.objects.arrive(user.pk, lane, is_idle)
        transaction.on_commit(partial(doorbell.ring, lane))
    announce(user.channel, "units", user.pk)


def end_of_patience() -> int:
    """Expire what has waited under a pause for too long; says how many. The sweeper calls it."""
    return sum(job.expire(_sentence()) for job in _impatient()[:MOST])


def _impatient() -> QuerySet[Job]:
    limit = moment(seconds=-settings.PAUSE_HOURS * 3600)
    held = Pause.objects.filter(since__lt=limit).values("user_id")
    rows = Job.objects.waiting().filter(author_id__in=held, waiting_since__lt=limit)
    return rows.select_related("batch__workspace")


def _sentence() -> str:
    return _("Your queue was paused for more than %(hours)s hours.") % {
        "hours": written(settings.PAUSE_HOURS)
    }
