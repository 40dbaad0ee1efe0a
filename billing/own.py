"""What this room keeps of a person: their units. The ledger outlives them and names nobody then."""

from collections.abc import Iterator
from typing import Any

from accounts.belongings import Belongings, facts
from billing.models import Account


class Ledger(Belongings):
    name, rank = "ledger", 20

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
