"""Which plans may use what: rows that name none are for everybody."""

from typing import Any

from django.db.models import Exists, Q

from billing.models import Account, Plan


def of_plan(user: Any) -> Q:
    """Of rows with `plans`: those that this person may use. Whoever has no account yet will get
    one on the plan of a new account."""
    accounts = Account.objects.filter(user=user)
    own = Q(accounts__user=user) | (Q(is_default=True) & ~Exists(accounts))
    plans = Plan.objects.filter(own)
    return Q(plans=None) | Q(plans__in=plans)


def of_new_plan() -> Q:
    """The same for somebody who has no account."""
    return Q(plans=None) | Q(plans__is_default=True)
