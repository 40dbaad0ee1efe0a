"""Who is to be told of pictures that go: whoever could keep them, which are their author, while
they work there, and the workspace's owner."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils.timezone import now

from accounts.models import User
from billing.models import Account
from generation import retention
from generation.models import Image
from workspaces.models import Membership

PAUSE = timedelta(days=5)  # between two letters to a person
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
PLACE = ("workspace", "job__batch__author")
KEPT = "job__batch__author__account__plan__kept_days"


@dataclass(frozen=True)
class Reminder:
    """So many pictures go, the first of them then."""

    count: int
    first: datetime
    are_own: bool  # all of them
    told: datetime  # now
    before: datetime | None


def people() -> Iterator[User]:
    """Who hears of pictures that were listed since they were told last, or of the last days.

    By what is in the rows: what a round that was cut off did not say, the next one does.
    """
    told = dict(Account.objects.exclude(reminded=None).values_list("user", "reminded"))
    owners, members = _places()
    found: set[UUID] = set()
    last = set(_by_place(retention.last_call()).values_list(*PLACE))
    for *place, newest in _by_place(retention.listed()).values_list(*PLACE, "newest"):
        workspace, author = place
        those = {owners.get(workspace)} | ({author} if (workspace, author) in members else set())
        is_last = (workspace, author) in last
        found |= {each for each in those if each and (is_last or newest > told.get(each, NEVER))}
    for pk in sorted(found):
        if user := User.objects.filter(pk=pk, is_active=True).first():
            yield user


def claim(user: User) -> Reminder | None:
    """None if nothing goes, somebody else is telling them, or they were told a few days ago."""
    rows = list(_of(user))
    if not rows:
        return None
    before, told = Account.objects.of(user).reminded, now()
    ready = Q(reminded=None) | Q(reminded__lte=told - PAUSE)
    if not Account.objects.filter(ready, user=user).update(reminded=told):
        return None
    first = min(
        max(row["made"] + timedelta(days=row[KEPT]), row["since"] + retention.NOTICE)
        for row in rows
    )
    are_own = all(row["job__batch__author"] == user.pk for row in rows)
    return Reminder(sum(row["count"] for row in rows), first, are_own, told, before)


def take_back(user: User, reminder: Reminder) -> None:
    """They could not be told: the next round tries again."""
    rows = Account.objects.filter(user=user, reminded=reminder.told)
    rows.update(reminded=reminder.before)


def _places() -> tuple[dict[UUID, UUID], set[tuple[UUID, UUID]]]:
    """The owner of each workspace in which something goes, and who works in which."""
    rows = Membership.objects.filter(workspace__in=retention.listed().values("workspace"))
    known = list(rows.values_list("workspace", "user", "role"))
    owners = {workspace: user for workspace, user, role in known if role == Membership.Role.OWNER}
    return owners, {(workspace, user) for workspace, user, _role in known}


def _by_place(images: QuerySet[Image]) -> Any:
    return images.order_by().values(*PLACE).annotate(newest=Max("listed"))


def _of(user: User) -> Any:
    """What they hear of, by author and plan."""
    theirs = Membership.objects.filter(user=user)
    owned = theirs.filter(role=Membership.Role.OWNER)
    rows = retention.listed().filter(
        Q(workspace__in=owned.values("workspace"))
        | Q(workspace__in=theirs.values("workspace"), job__batch__author=user)
    )
    by = rows.exclude(**{KEPT: None}).order_by().values("job__batch__author", KEPT)
    return by.annotate(count=Count("pk"), made=Min("created"), since=Min("listed"))
