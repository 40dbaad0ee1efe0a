"""Tells somebody once a day that most of the day's units are used (E12)."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.models import Notice
from billing.day import seconds_left
from billing.models import Account
from billing.units import plain
from pixazo.rationing import takes_place

LOW = gettext_noop(
    "Most of today's units are used: %(left)s of %(daily)s are left. New ones come at 00:00 UTC."
)


def look(account: Account) -> None:
    """After units were set aside: of this account as it was read and counted on."""
    if account.daily_units and account.is_nearly_gone:  # of none a day, none run low
        transaction.on_commit(lambda: _tell(account), robust=True)


def _tell(account: Account) -> None:
    if not takes_place(f"told-low:{account.pk}", 1, max(1, seconds_left())):
        return
    user = account.user
    # In place of yesterday's.
    subject = uuid5(NAMESPACE_URL, f"pixazo:low:{account.pk}")
    Notice.objects.filter(user=user).forget([subject])
    numbers = {"left": plain(account.left or 0), "daily": account.daily_units}
    facts = {"left": numbers["left"], "daily": account.daily_units}
    known: dict[str, Any] = {"sender": None, "subject": subject, "kind": "limit", "facts": facts}
    Notice.objects.tell(user, LOW % numbers, reverse("units"), **known)
