"""What /metrics says of letters and calls that are to reach somebody, found when it is asked."""

from collections.abc import Iterable

from django.db.models import Count, Min
from django.utils.timezone import now
from prometheus_client.metrics_core import Metric

from accounts.models import Delivery
from pixazo.watching.families import gauge


def collect() -> Iterable[Metric]:
    states = (Delivery.State.WAITING, Delivery.State.SENDING)
    rows = Delivery.objects.filter(state__in=states).order_by().values_list("channel")
    found = list(rows.annotate(count=Count("pk"), first=Min("due")))
    depth = {(channel,): float(count) for channel, count, _ in found}
    late = {(channel,): max(0.0, (now() - due).total_seconds()) for channel, _, due in found}
    yield gauge("pixazo_outbox", "Letters and calls to be sent.", ["channel"], depth)
    yield gauge("pixazo_outbox_late_seconds", "Since the first was due.", ["channel"], late)
