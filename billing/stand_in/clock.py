"""Sets the stand-in's clock forward: what falls due on the way happens in its order."""

from collections.abc import Callable
from functools import partial

from billing.stand_in import checkout, subscriptions
from billing.stand_in.store import Store


def forward(store: Store, seconds: int) -> int:
    """The new time. Renewals, retries and expiries happen at their own times, one by one."""
    target = store.now() + seconds
    while due := [entry for entry in _due(store) if entry[0] <= target]:
        at, act = min(due, key=lambda entry: entry[0])
        store.ahead += max(0, at - store.now())
        act()
    store.ahead += max(0, target - store.now())
    return store.now()


def _due(store: Store) -> list[tuple[int, Callable[[], object]]]:
    found: list[tuple[int, Callable[[], object]]] = []
    for row in store.all("subscription"):
        if row["status"] in ("active", "past_due"):
            at = subscriptions.period_end(row)
            found.append((at, partial(subscriptions.renew, store, row)))
    for row in store.all("invoice"):
        if row["status"] == "open" and row["next_payment_attempt"]:
            at = row["next_payment_attempt"]
            found.append((at, partial(subscriptions.retry, store, row)))
    found += [
        (row["expires_at"], partial(checkout.expire, store, {}, row["id"]))
        for row in store.all("checkout.session")
        if row["status"] == "open"
    ]
    return found
