"""While a backup is made, no file is removed for good: each row in it has its file, and the site
goes on. What should have gone then belongs to no row, and the collector takes it a day later."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from time import monotonic
from typing import Protocol

from django.db import transaction
from django.utils.timezone import now

from pixazo.backup.errors import NotPossible
from pixazo.models import Backup

# A backup that was killed keeps the files of others for as long and no longer.
LEASE = timedelta(minutes=10)
RENEWED = 30.0  # seconds


class Renew(Protocol):
    def __call__(self) -> None: ...


def is_underway() -> bool:
    return Backup.objects.filter(until__gt=now()).exists()


@contextmanager
def underway() -> Iterator[Renew]:
    """Yields what is to be called now and then. Raises `NotPossible` for the second of two."""
    row = _begin()
    said = monotonic()

    def renew() -> None:
        nonlocal said
        if monotonic() - said < RENEWED:
            return
        said = monotonic()
        if not Backup.objects.filter(pk=row.pk).update(until=now() + LEASE):
            raise NotPossible("Another backup took this one for dead; begin anew.")

    try:
        yield renew
    finally:
        Backup.objects.filter(pk=row.pk).delete()


@transaction.atomic
def _begin() -> Backup:
    Backup.objects.filter(until__lt=now()).delete()
    row, is_new = Backup.objects.get_or_create(place=1, defaults={"until": now() + LEASE})
    if not is_new:
        raise NotPossible("A backup is being made already.")
    return row
