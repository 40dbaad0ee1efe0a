"""How long a version is kept: a year; and of each row the latest 50 (`models/history.py`)."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from workspaces.models import Deed
from workspaces.models.history import kinds

DAYS = 365
AT_ONCE = 1_000


def prune(before: datetime) -> int:
    """Forget older ones; how many. What a row says now always has its version."""
    count = 0
    for kind in kinds():
        rows = kind.history.all()  # type: ignore[attr-defined]
        later = rows.filter(id=OuterRef("id"), history_id__gt=OuterRef("history_id"))
        old = rows.filter(Exists(later), history_date__lt=before).order_by()
        while some := list(old.values_list("pk", flat=True)[:AT_ONCE]):
            count += rows.filter(pk__in=some).delete()[0]
    return count + Deed.objects.filter(done__lt=before).delete()[0]
