"""What /metrics says of units and payments, found in the rows when it is asked."""

import time
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from threading import Lock

from django.db.models import Count, Min, Sum
from django.utils.timezone import now
from prometheus_client.metrics_core import Metric

from billing.drift import drifts
from billing.models import Account, Hold, LedgerEntry, StripeEvent
from pixazo.watching.families import gauge

LATELY = timedelta(minutes=10)
MOST = 5000  # lines of the ledger that are looked at
DRIFT_SECONDS = 900.0  # all accounts are added up anew: not for each who asks

_lock = Lock()
_drift: tuple[float, int] | None = None


def collect() -> Iterable[Metric]:
    held = Hold.objects.open().aggregate(count=Count("pk"), units=Sum("units"))
    yield gauge("pixazo_holds", "Units that are set aside: of how many jobs.", (), held["count"])
    yield gauge("pixazo_held_units", "How many these are.", (), float(held["units"] or 0))
    since = now() - LATELY
    # The latest first: the ledger is long, and has no index by time.
    latest = LedgerEntry.objects.order_by("-pk").values_list("kind", "created")[:MOST]
    counts = Counter(kind for kind, created in latest if created > since)
    lines = {(kind,): float(counts[kind]) for kind in LedgerEntry.Kind.values}
    yield gauge("pixazo_ledger_lines_lately", "In ten minutes.", ["kind"], lines)
    yield gauge("pixazo_ledger_drift", "Accounts and holds that don't add up.", (), _drifted())
    stored = Account.objects.aggregate(bytes=Sum("stored"))["bytes"] or 0
    yield gauge("pixazo_stored_bytes", "Of people's pictures.", (), float(stored))
    yield from _events(since)


def forget() -> None:
    global _drift
    _drift = None


def _drifted() -> float:
    global _drift
    with _lock:
        if _drift is None or time.monotonic() - _drift[0] > DRIFT_SECONDS:
            _drift = time.monotonic(), sum(1 for _ in drifts())
        return float(_drift[1])


def _events(since: datetime) -> Iterable[Metric]:
    events = StripeEvent.objects.order_by()
    waiting = events.filter(state=StripeEvent.State.WAITING).aggregate(
        count=Count("pk"), first=Min("received")
    )
    yield gauge("pixazo_stripe_waiting", "Events not applied yet.", (), waiting["count"])
    lag = (now() - waiting["first"]).total_seconds() if waiting["first"] else 0.0
    yield gauge("pixazo_stripe_lag_seconds", "Of the oldest of these.", (), max(0.0, lag))
    yield gauge("pixazo_stripe_failed", "Events given up.", (), events.failed().count())
    rows = events.filter(received__gt=since).values_list("kind", "state")
    counts = {
        (kind, state): float(count) for kind, state, count in rows.annotate(count=Count("pk"))
    }
    yield gauge("pixazo_stripe_events_lately", "In ten minutes.", ["kind", "state"], counts)
