"""Sets units aside for what a person asks for, and bounds how much of theirs may wait."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from billing import running_low
from billing.models import Account
from generation.models import Job
from generation.models.new_job import NewJob
from pixazo.errors import UserError


class TooManyWaiting(UserError):
    code = "too_many_waiting"
    status = 429


def hold(account: Account, jobs: Sequence[Job | NewJob], *, more: int) -> None:
    """Set their units aside; then look whether so many `more` may wait. Raises
    `TooManyWaiting`, `billing.models.OutOfUnits` or `billing.models.StorageFull`.

    In that order: the hold's UPDATE lets one request of a person in at a time, so that two at once
    can't both take the last place.
    """
    account.check_room()
    account.hold_each({job.pk: job.units for job in jobs})
    running_low.look(account)
    most = account.waiting_jobs
    if most is None:
        return
    waiting = Job.objects.waiting().filter(author_id=account.person_id).count() + more
    if waiting > most:
        raise TooManyWaiting(
            _(
                "%(most)s pictures may wait at a time with your plan, and this would make"
                " %(waiting)s. Let some be drawn first, or cancel some."
            )
            % {"most": most, "waiting": waiting}
        )
