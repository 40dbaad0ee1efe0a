"""How many requests a person's programs may make in a minute, and what they are told of it (S064).

All keys of a person count together. With Redis all web processes do, too; without it, or while it
is away, each counts for itself.
"""

import logging
import time
from collections import Counter
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from pixazo.errors import UserError

MINUTE = 60

log = logging.getLogger(__name__)


class TooFast(UserError):
    code = "rate_limited"
    status = 429


@dataclass(frozen=True)
class Pace:
    most: int
    used: int
    seconds: int  # until it begins anew

    def check(self) -> None:
        if self.used > self.most:
            sentence = _("That is more than %(most)s requests in a minute. Wait a little.")
            raise TooFast(sentence % {"most": self.most}, retry_after=self.seconds)

    @property
    def headers(self) -> dict[str, str]:
        """As https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ has it, and as
        most clients know it."""
        left = str(max(self.most - self.used, 0))
        return {
            "RateLimit-Policy": f'"minute";q={self.most};w={MINUTE}',
            "RateLimit": f'"minute";r={left};t={self.seconds}',
            "X-RateLimit-Limit": str(self.most),
            "X-RateLimit-Remaining": left,
            "X-RateLimit-Reset": str(self.seconds),
        }


def take(person: Any) -> Pace | None:
    """Count one more request; None where nobody counts. It may be one too many: `check`."""
    most = settings.API_A_MINUTE
    if not most or settings.SOLO:
        return None
    moment = time.time()
    minute = int(moment // MINUTE)
    used = _of_all(str(person), minute) or _here.count(str(person), minute)
    return Pace(most, used, int((minute + 1) * MINUTE - moment) + 1)


@dataclass
class Counting:
    """Of this process: the present minute only."""

    minute: int = 0
    used: Counter[str] = field(default_factory=Counter)
    lock: Lock = field(default_factory=Lock)

    def count(self, person: str, minute: int) -> int:
        with self.lock:
            if minute != self.minute:
                self.minute, self.used = minute, Counter()
            self.used[person] += 1
            return self.used[person]


_here = Counting()


def _of_all(person: str, minute: int) -> int:
    """0: there is no Redis, or it is away."""
    if not settings.REDIS_URL:
        return 0
    from pixazo.redis import connection

    key = f"pixazo:pace:{person}:{minute}"
    try:
        with connection().pipeline(transaction=False) as both:
            both.incr(key)
            both.expire(key, 2 * MINUTE)
            return int(both.execute()[0])
    except RedisError as error:
        log.warning("Redis counts no requests: %s", error)
        return 0
