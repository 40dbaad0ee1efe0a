"""The only place that takes a picture up again, as one more thing asked for."""

from functools import partial
from typing import Any

from django.db import transaction
from django.utils.timezone import now
from django.utils.translation import gettext as _

from billing.models import Account
from generation import doorbell
from generation.holds import hold
from generation.models import Cell, Job, Turn
from generation.models.job_moves import FORGIVEN
from generation.safety import prompts as safety
from pixazo.errors import UserError
from pixazo.events import announce


class NotRetryable(UserError):
    code = "not_retryable"
    status = 409


def retry(job: Job, author: Any) -> Job:
    """Queue a picture again that failed or was cancelled; `author` pays for it.

    Raises `NotRetryable`, `holds.TooManyWaiting`, `billing.models.OutOfUnits`, `CeilingReached`
    where it belongs to an experiment, or what the policy says by now.
    """
    batch = job.batch
    if batch.deleted:
        raise NotRetryable(_("This picture was deleted."))
    if reason := batch.model.refusal_for(author):
        raise NotRetryable(reason)
    if job.error_code != FORGIVEN:  # staff have looked at it, and let it pass
        safety.check(batch)
    with transaction.atomic():
        if not job.wait_again(author.pk, now()):
            raise NotRetryable(_("Only a picture that failed or was cancelled can be made again."))
        Cell.objects.take_again(job)
        hold(Account.objects.of(author), [job], more=0)
        Turn.objects.arrive(author.pk, job.lane, job.is_idle)
        announce(author.channel, "units", author.pk)
        transaction.on_commit(partial(doorbell.ring, job.lane))
    return job
