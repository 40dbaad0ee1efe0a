"""Password hashing at OWASP's argon2id minimum; Django's default takes 100 MB and 0.3 s a check.

A check still takes a core for some hundredths of a second, so a process does one at a time and the
others wait, without the place at the processor that their request has (`pixazo.at_once`): however
many sign in at once, pages are answered, and memory stays what one check takes.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext as _

from pixazo.at_once import places
from pixazo.errors import UserError

# Of a web process's 20 threads (pixazo/handler.py); with some 30 checks a second, half a second.
MOST_WAITING = 12
_waiting = threading.BoundedSemaphore(MOST_WAITING)
_checking = threading.Lock()


class Argon2Hasher(Argon2PasswordHasher):
    time_cost = 2
    memory_cost = 19_456  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _turn():
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _turn():
            return super().verify(password, encoded)


@contextmanager
def _turn() -> Iterator[None]:
    if not _waiting.acquire(blocking=False):
        raise UserError(
            _("Very many people are signing in just now. Please try again in a few seconds."),
            code="busy",
            status=503,
        )
    try:
        with places().given_back(), _checking:
            yield
    finally:
        _waiting.release()
