"""What the collector would remove at this moment, removing nothing."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.utils.timezone import now

from generation import collector, retention
from generation.models import Batch, Experiment, Image, Upload
from generation.models.clearance import Removed
from generation.safety import quarantine
from workspaces.models import Invitation, Scope, Topic

AT_ONCE = 500  # rows that are read together
OF_IMAGE = ("original", "medium", "small")
OF_UPLOAD = ("original", "small")


def expected() -> tuple[dict[str, Removed], list[str]]:
    """Of each kind, and the keys of the files that no picture has. What a kind leaves to the next
    (a topic that becomes empty) is counted in the next round."""
    at = now()
    trash = at - timedelta(days=collector.TRASH_DAYS)
    batches = Batch.objects.filter(deleted__lt=trash)
    with_them = Image.objects.filter(job__batch__in=batches)
    alone = Image.objects.filter(deleted__lt=trash).exclude(pk__in=with_them.values("pk"))
    unused = Upload.objects.unused(at - timedelta(days=collector.UPLOAD_DAYS))
    lost = list(chain(*collector.orphans(at - timedelta(hours=collector.ORPHAN_HOURS))))
    presets = [
        kind.objects.filter(deleted__lt=trash).exclude(scope=Scope.SITE).count()
        for kind in collector.PRESETS
    ]
    closed = at - timedelta(days=collector.QUARANTINE_DAYS)
    known = {
        "expired": Removed(retention.ripe().count()),
        "requests": _of(batches.count(), _keys(with_them, *OF_IMAGE)),
        "pictures": _of(alone.count(), _keys(alone, *OF_IMAGE)),
        "topics": Removed(Topic.objects.filter(deleted__lt=trash, batches=None).count()),
        "experiments": Removed(Experiment.objects.filter(deleted__lt=trash).count()),
        "presets": Removed(sum(presets)),
        "invitations": Removed(
            Invitation.objects.past(at - timedelta(days=collector.INVITATION_DAYS)).count()
        ),
        "uploads": _of(unused.count(), _keys(unused, *OF_UPLOAD)),
        "orphans": _of(0, lost),
        "quarantine": _of(0, quarantine.old_keys(closed)),
    }
    return known, lost


def _keys(rows: QuerySet[Any], *fields: str) -> Iterator[str]:
    """Of their files, and nothing else of the rows: pictures have recipes, and may be many."""
    for keys in rows.order_by().values_list(*fields).iterator(AT_ONCE):
        yield from keys


def _of(rows: int, keys: Iterable[str]) -> Removed:
    files = size = 0
    for key in keys:
        try:
            size += default_storage.size(key)
        except OSError:
            continue
        files += 1
    return Removed(rows, files, size)
