"""What this room keeps of a person: units and purchases. They outlive them and name nobody."""

from collections.abc import Iterator
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from accounts.belongings import Belongings, facts
from billing.models import Account, Order, Subscription


class Ledger(Belongings):
    name, rank = "ledger", 20

    def losses(self, person: Any) -> Iterator[str]:
        account = Account.objects.filter(user=person, extra__gt=0).first()
        if account:
            units = number_format(account.extra)
            yield _("Your extra units are lost: %(units)s.") % {"units": units}

    def remove(self, person: Any) -> None:
        """What staff wrote about them beside it."""
        for account in Account.objects.filter(user=person):
            account.overrides.all().delete()

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        for account in Account.objects.filter(user=person).select_related("plan"):
            yield {"what": "account", "plan": account.plan.name, "extra": account.extra}
            for entry in account.entries.order_by("id").iterator(500):
                names = ("kind", "units", "reason", "reference", "created")
                yield {"what": "entry"} | facts(entry, *names)


class Purchases(Belongings):
    """At Stripe they are deleted by `billing/stripe/forgetting.py`, however their account goes."""

    name, rank = "purchases", 10

    def losses(self, person: Any) -> Iterator[str]:
        for row in Subscription.objects.living().filter(customer__user=person, plan__isnull=False):
            plan = row.plan.name if row.plan else ""
            yield _(
                "Your plan, %(plan)s, ends at once and is charged no more. What is paid for the"
                " time that is left is not paid back by itself."
            ) % {"plan": plan}

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        for row in Subscription.objects.filter(customer__user=person).select_related("plan"):
            plan = {"what": "subscription", "plan": row.plan.name if row.plan else ""}
            yield plan | facts(row, "interval", "status", "period_start", "period_end", "ends_at")
        for order in Order.objects.filter(customer__user=person).iterator(500):
            bought = facts(order, "created", "name", "amount", "currency", "units", "state")
            yield {"what": "order"} | bought
