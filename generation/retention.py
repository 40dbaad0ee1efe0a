"""How long pictures are kept, by the plan of whoever asked for them; none goes unannounced.

A picture whose time ends is first listed (`Image.listed`), where its people see it and by mail, and
goes into the trash a week after that at the earliest. No other code lets a picture's time end.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Case, DateTimeField, F, Q, QuerySet, When
from django.utils.timezone import now

from billing.models import Account, Plan
from generation.models import Image, Job
from pixazo import in_order
from pixazo.events import announce
from pixazo.prepared import Rows

NOTICE = timedelta(days=7)  # from the listing to the trash, at least
AHEAD = timedelta(days=14)  # of which it is said that they go
LAST_CALL = timedelta(days=2)
FIRST_FIRST = ("over", "id")  # of what `going` finds
AT_ONCE = 200  # rows in a transaction: nobody who writes should wait for long


def has_limits() -> bool:
    """Whether anybody's pictures are kept for a time only."""
    return Plan.objects.exclude(kept_days=None).exists()


def until(image: Image, kept_days: int | None) -> datetime | None:
    """When the picture goes into the trash, if its author's plan keeps so long; None: never."""
    if kept_days is None:
        return None
    return max(image.created + timedelta(days=kept_days), (image.listed or now()) + NOTICE)


def kept_until(image: Image) -> datetime | None:
    """As above, by the plan that its author has now."""
    row = _KEPT_DAYS.first(user=image.job.author_id) if image.job.author_id else None
    return until(image, row[0] if row else None)


_KEPT_DAYS: Rows[Any] = Rows(
    lambda user: Account.objects.filter(user=user).values_list("plan__kept_days"),
    planned_once=True,
    user=UUID,
)


def going(images: QuerySet[Image]) -> QuerySet[Image]:
    """Those of them that go soon, by the plans of today; whose time is over first come first."""
    return with_ends(images.filter(_over(now() + AHEAD))).order_by(*FIRST_FIRST)


def with_ends(images: QuerySet[Image]) -> QuerySet[Image]:
    """Each with `over`: when its time is over, whenever it was listed; None: never."""
    plans = Plan.objects.exclude(kept_days=None).values_list("pk", "kept_days")
    ends = [
        When(job__batch__author__account__plan=pk, then=F("created") + timedelta(days=days))
        for pk, days in plans
        if days is not None
    ]
    return images.annotate(over=Case(*ends, default=None, output_field=DateTimeField()))


def list_going() -> None:
    """List what goes soon, with all that its author has that goes a little later."""
    _forget_reprieved()
    soon = _visible(_over(now() + NOTICE), listed=None).order_by()
    for author in set(soon.values_list("job__batch__author", flat=True)):
        for pks in _portions(
            _visible(_over(now() + AHEAD), listed=None, job__batch__author=author)
        ):
            _change(pks, Q(listed=None), listed=now())


def listed() -> QuerySet[Image]:
    """Of which it is said that they go."""
    return _visible(listed__isnull=False)


def last_call() -> QuerySet[Image]:
    """Those of them whose last days these are."""
    return listed().filter(_over(now() + LAST_CALL))


def let_go() -> int:
    """Put what was listed long enough ago, and whose time is over, into the trash; how many."""
    # Asked again with the change: a plan may just have become a better one.
    return sum(_change(pks, _ripe(), deleted=now()) for pks in _portions(ripe()))


def ripe() -> QuerySet[Image]:
    """What would go now."""
    return _visible(_ripe())


def _ripe() -> Q:
    return Q(deleted=None, listed__lte=now() - NOTICE) & _over(now())


def _over(at: datetime) -> Q:
    """Pictures whose time is over then. One condition for each plan: databases add days to times
    in too many ways."""
    plans = Plan.objects.exclude(kept_days=None).values_list("pk", "kept_days")
    conditions = [
        Q(job__batch__author__account__plan=pk, created__lt=at - timedelta(days=days))
        for pk, days in plans
        if days is not None
    ]
    return reduce(or_, conditions, Q(pk__in=[]))


def _visible(*conditions: Q, **named: Any) -> QuerySet[Image]:
    return Image.objects.visible().filter(*conditions, **named)


def _forget_reprieved() -> None:
    """What is kept for longer now is listed anew when its time comes: with all of the notice."""
    listed = Image.objects.filter(deleted=None, listed__isnull=False)
    for pks in _portions(listed.exclude(_over(now() + AHEAD))):
        _change(pks, Q(listed__isnull=False) & ~_over(now() + AHEAD), listed=None)


def _portions(images: QuerySet[Image]) -> Iterator[list[UUID]]:
    """In the order of their ids, so that one that doesn't change is not met again."""
    rows = images.order_by("id").values_list("pk", flat=True)
    pks = list(rows[:AT_ONCE])
    while pks:
        yield pks
        pks = list(rows.filter(pk__gt=pks[-1])[:AT_ONCE])


def _change(pks: list[UUID], still: Q, **changes: Any) -> int:
    """Of those that are still such; open pages learn what went."""
    with transaction.atomic():
        rows = Image.objects.filter(pk__in=pks)
        in_order.lock(rows)  # others may change some of them as well
        chosen = list(rows.filter(still).values_list("pk", flat=True))
        count = Image.objects.filter(pk__in=chosen).update(**changes)
        if "deleted" in changes:
            jobs = Job.objects.filter(image__in=chosen).select_related("batch__workspace")
            for batch in {job.batch_id: job.batch for job in jobs}.values():
                announce(batch.workspace.channel, "batch", batch.pk)
    return count
