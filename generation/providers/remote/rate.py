"""So many calls a minute with one key, counted for all workers together.

The last minute's moments are kept in the cache, which is the database's: exact for any minute, not
only from one full minute to the next.
"""

import hashlib
import time

from django.core.cache import cache
from django.utils.translation import gettext as _

from generation.providers.errors import Busy

WINDOW = 60.0  # seconds
LOCK_SECONDS = 5  # whoever holds it longer is dead
PATIENCE = 2.0  # for those before us
PAUSE = 0.02


def take(key: str, most: int) -> None:
    """Count a call. Raises `Busy`, with the seconds until there is room, where there is none."""
    name = "calls:" + hashlib.sha256(key.encode()).hexdigest()[:32]
    _lock(name)
    try:
        moment = time.time()
        calls = [each for each in cache.get(name, ()) if each > moment - WINDOW]
        if len(calls) >= most:
            raise _later(calls[-most] + WINDOW - moment)
        cache.set(name, [*calls, moment], WINDOW)
    finally:
        cache.delete(f"{name}:lock")


def _lock(name: str) -> None:
    until = time.monotonic() + PATIENCE
    # `add` is an INSERT: of two who try at once one is refused.
    while not cache.add(f"{name}:lock", True, LOCK_SECONDS):
        if time.monotonic() > until:
            raise _later(1.0)
        time.sleep(PAUSE)


def _later(seconds: float) -> Busy:
    return Busy(
        _("The service may be asked only so often."),
        retry_after=max(seconds, 0.1),
        code="calls_spent",
    )
