"""While a backup is made, no file is removed for good: each row in it has its file, and the site
goes on. What should have gone then belongs to no row, and the collector takes it a day later."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from threading import Event, Thread
from typing import Protocol

from django.db import DatabaseError, InterfaceError, connection, transaction
from django.utils.timezone import now

from pixazo.backup.errors import NotPossible
from pixazo.models import Backup

# A backup that was killed keeps the files of others for as long and no longer.
LEASE = timedelta(minutes=10)
RENEWED = 30.0  # seconds


class Look(Protocol):
    def __call__(self) -> None: ...


def is_underway() -> bool:
    return Backup.objects.filter(until__gt=now()).exists()


@contextmanager
def underway() -> Iterator[Look]:
    """Yields what raises `NotPossible` if files may have gone meanwhile. It does so itself for the
    second of two. The lease is renewed beside: rows alone may take longer than it lasts."""
    row, ended = _begin(), Event()
    renewing = Thread(target=_renew, args=(row.pk, ended), name="backup", daemon=True)
    renewing.start()

    def look() -> None:
        if not Backup.objects.filter(pk=row.pk, until__gt=now()).exists():
            raise NotPossible("This backup was taken for dead meanwhile; begin anew.")

    try:
        yield look
    finally:
        ended.set()
        renewing.join()
        Backup.objects.filter(pk=row.pk).delete()


def _renew(pk: int, ended: Event) -> None:
    """One that ran out stays so: files may have gone."""
    try:
        while not ended.wait(RENEWED):
            with suppress(DatabaseError, InterfaceError):  # it may answer the next time
                Backup.objects.filter(pk=pk, until__gt=now()).update(until=now() + LEASE)
    finally:
        connection.close()


@transaction.atomic
def _begin() -> Backup:
    Backup.objects.filter(until__lt=now()).delete()
    row, is_new = Backup.objects.get_or_create(place=1, defaults={"until": now() + LEASE})
    if not is_new:
        raise NotPossible("A backup is being made already.")
    return row
