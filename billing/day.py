"""The day whose units are counted: from midnight to midnight UTC, for everybody."""

import datetime

from django.db.models.functions import Now, TruncDate
from django.utils.translation import gettext as _

# Units are counted by the database's clock: a web host whose clock is wrong resets nothing early.
DATABASE_TODAY = TruncDate(Now(), tzinfo=datetime.UTC)


def today() -> datetime.date:
    """The day on this machine's clock, in UTC: for showing, never for deciding."""
    return datetime.datetime.now(datetime.UTC).date()


def reset_at() -> datetime.datetime:
    """When the day's units come back."""
    tomorrow = today() + datetime.timedelta(days=1)
    return datetime.datetime.combine(tomorrow, datetime.time(), datetime.UTC)


def reset_in() -> str:
    """How long that is from now, in words: "in 9 h 20 min"."""
    hours, minutes = divmod(seconds_left() // 60 + 1, 60)
    return (
        (_("in %(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes})
        if hours
        else (_("in %(minutes)s min") % {"minutes": minutes})
    )


def seconds_left() -> int:
    return int((reset_at() - datetime.datetime.now(datetime.UTC)).total_seconds())
