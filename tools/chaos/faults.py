"""What is broken, how, and how often."""

import os
import random
import resource
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from tools.chaos.house import House
from tools.chaos.pool import Pool

FULL_SECONDS = 2.0
FULL_BYTES = 512  # no picture fits

Fault = Callable[[random.Random], int]


class Faults:
    """Its kinds by name, with their weights. Each answers how many it hit."""

    def __init__(self, pool: Pool, house: House) -> None:
        self.pool, self.house = pool, house
        self.full: dict[int, tuple[float, int]] = {}  # process -> until when, and its limit before
        self.kinds: dict[str, tuple[int, Fault]] = {
            "workers killed": (5, pool.kill),
            "children killed": (5, pool.kill_child),
            "workers frozen past their lease": (2, pool.freeze),
            "workers told to stop": (3, pool.terminate),
            "workers told to quit": (1, pool.quit),
            "web processes killed": (3, lambda dice: dice.choice(house.webs).kill()),
            "chores killed": (1, lambda dice: house.chores.kill()),
            "beat killed": (1, lambda dice: house.beat.kill()),
        }
        if house.redis:
            self.kinds["Redis killed"] = (2, lambda dice: house.redis.kill() if house.redis else 0)
            self.kinds["Redis emptied"] = (2, self.empty)
        if "DATABASE_URL" in os.environ:
            self.kinds["connections cut"] = (2, self.cut)
            # SQLite's own file would be meant as well: that is another fault.
            self.kinds["disks full"] = (2, self.fill)

    def plan(self, dice: random.Random, many: int) -> list[str]:
        """Each kind once, the rest by weight."""
        names = list(self.kinds)
        weights = [weight for weight, _ in self.kinds.values()]
        plan = names + dice.choices(names, weights, k=max(0, many - len(names)))
        dice.shuffle(plan)
        return plan[: max(many, 1)]

    def bring(self, name: str, dice: random.Random) -> int:
        return self.kinds[name][1](dice)

    def look(self) -> None:
        """Start again what died, and end what lasts only a while."""
        for pid, (until, before) in list(self.full.items()):
            if until < time.monotonic():
                del self.full[pid]
                _limit(pid, before)
        self.pool.look()
        self.house.look()

    def end(self) -> None:
        for pid, (_, before) in self.full.items():
            _limit(pid, before)
        self.full.clear()
        self.pool.calm()
        self.house.look()

    def fill(self, dice: random.Random) -> int:
        """No file of this worker may grow beyond a few bytes, as on a disk without room."""
        worker = dice.choice(self.pool.workers)
        hit = 0
        for pid in self.pool.children(worker):
            with suppress(ProcessLookupError):
                before = resource.prlimit(pid, resource.RLIMIT_FSIZE)[0]
                if pid not in self.full:
                    self.full[pid] = time.monotonic() + FULL_SECONDS, before
                    _limit(pid, FULL_BYTES)
                hit = 1
        return hit

    def empty(self, dice: random.Random) -> int:
        from redis import Redis, RedisError

        try:
            Redis(port=self.house.redis_port or 0, socket_timeout=2).flushall()
        except RedisError:
            return 0
        return 1

    def cut(self, dice: random.Random) -> int:
        """Every connection to the database that there is, at once."""
        import psycopg

        with psycopg.connect(self.pool.site.env["DATABASE_URL"], autocommit=True) as connection:
            rows: Any = connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND datname = current_database()"
            ).fetchall()
        return 1 if rows else 0


def _limit(pid: int, most: int) -> None:
    with suppress(ProcessLookupError):
        hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)[1]
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, hard))
