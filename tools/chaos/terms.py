"""`python -m tools.chaos.terms [--jobs 300] [--terms 50] [--seed 1]`: workers are told to end,
again and again, in the middle of pictures: once, twice, or once and then to quit. Nothing is lost
or doubled, no attempt is wasted, and each of them ends by itself, with 0, within 65 seconds.

Prints a table; exit code 1 if anything of that is not so. Under `python -m tools.with_services` on
PostgreSQL and a Redis of its own.
"""

import argparse
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass

from tools import ending
from tools.bench.site import BenchSite
from tools.bench.table import markdown
from tools.chaos import load
from tools.chaos.house import House
from tools.chaos.pool import Pool

GRACE = 3.0  # some pictures fit into it, some are handed back
MOST_SECONDS = 65.0
DRAIN_SECONDS = 300
BRIEF = {
    "PIXAZO_PROVIDERS": "fake=generation.tests.fake_engine",
    "PIXAZO_SWEEP_SECONDS": "0.5",
    "PIXAZO_LOOK_SECONDS": "0.3",
    "PIXAZO_GRACE_SECONDS": str(GRACE),
    "DATABASE_POOL": "0",
}
# Of the fake engine: within the grace, and far beyond it.
MODELS = {"quick": ("slow:0.03", 12), "slow": ("slow:0.2", 6), "long": ("slow:2", 1)}
ONCE, TWICE, QUIT = "told once", "told twice", "told, then to quit"
KINDS, KIND_WEIGHTS = (ONCE, TWICE, QUIT), (12, 5, 3)


@dataclass
class Told:
    how: str
    at: float
    again: float | None  # when the second signal is due
    ended: float = 0.0
    code: int | None = None

    @property
    def seconds(self) -> float:
        return self.ended - self.at


class Ending(Pool):
    """Workers that are told to end, and are given the time that it takes."""

    def __init__(self, site: BenchSite, size: int) -> None:
        super().__init__(site, size)
        self.ending: dict[int, Told] = {}
        self.all: list[Told] = []

    def tell(self, dice: random.Random) -> bool:
        """One that is there, and has not been told yet."""
        fit = [
            worker
            for worker in self.workers
            if worker.pid not in self.ending and " ready." in self._log(worker)
        ]
        if not fit:
            return False
        worker = dice.choice(fit)
        (how,) = dice.choices(KINDS, KIND_WEIGHTS)
        begun = time.monotonic()
        worker.send_signal(signal.SIGTERM)
        again = None if how == ONCE else begun + dice.uniform(0.1, 1.0)
        self.ending[worker.pid] = told = Told(how, begun, again)
        self.all.append(told)
        return True

    def look(self) -> None:
        for worker in self.workers:
            if told := self.ending.get(worker.pid):
                self._follow(worker, told)
        super().look()

    def _follow(self, worker: subprocess.Popen[bytes], told: Told) -> None:
        moment = time.monotonic()
        if worker.poll() is not None:
            told.ended, told.code = moment, worker.returncode
            del self.ending[worker.pid]
        elif told.again and told.again < moment:
            told.again = None
            worker.send_signal(signal.SIGQUIT if told.how == QUIT else signal.SIGTERM)
        elif moment - told.at > MOST_SECONDS:
            worker.kill()
            worker.wait()
            told.ended, told.code = moment, worker.returncode
            del self.ending[worker.pid]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.chaos.terms", description=__doc__)
    parser.add_argument("--jobs", type=int, default=300)
    parser.add_argument("--terms", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=3)
    options = parser.parse_args()
    ending.by_signal()
    site = BenchSite(worker=False)
    site.env |= BRIEF
    journal = load.Journal()
    with site, House(site, with_redis="DATABASE_URL" in os.environ) as house:
        people = load.people(site, house.ports, journal, MODELS)
        with Ending(site, options.workers) as pool:
            _end_them(pool, people, random.Random(options.seed), options)
            load.wait_until_idle(people, DRAIN_SECONDS, meanwhile=pool.look)
            while pool.ending:
                pool.look()
                time.sleep(0.1)
            told = pool.all
        for person in people:
            for job in person.jobs:
                person.look_at(job)
        there = load.there_is(site)
        wrong = load.differences(journal, there) + load.broken_invariants(site)
    wrong += [f"A worker ended with {each.code}." for each in told if each.code]
    wrong += [f"A worker took {e.seconds:.0f} s." for e in told if e.seconds > MOST_SECONDS]
    wrong += [
        f"Job {row['id']} took {row['attempt']} attempts." for row in there if row["attempt"] > 1
    ]
    print(table(told, there, wrong, options), *wrong, sep="\n", flush=True)
    sys.exit(bool(wrong))


def _end_them(
    pool: Ending, people: list[load.Person], dice: random.Random, options: argparse.Namespace
) -> None:
    """Spread over the requests; there is always something to draw."""
    accepted = done = 0
    while accepted < options.jobs or done < options.terms:
        pool.look()
        if accepted < options.jobs and load.waiting(people) < 20:
            accepted += dice.choice(people).ask(dice)
        elif accepted < options.jobs:
            time.sleep(0.2)
        due = options.jobs * (done + 0.5) / options.terms
        if done < options.terms and (accepted >= due or accepted >= options.jobs):
            done += pool.tell(dice)
            time.sleep(0.1)


def table(
    told: list[Told], there: list[dict[str, object]], wrong: list[str], options: argparse.Namespace
) -> str:
    states = Counter(str(row["state"]) for row in there)
    rows: list[list[object]] = []
    for how in KINDS:
        took = [each.seconds for each in told if each.how == how]
        if took:
            rows.append(
                [how, len(took), f"{statistics.median(took):.1f} s, at most {max(took):.1f} s"]
            )
    rows += [[f"pictures {state}", count, ""] for state, count in sorted(states.items())]
    rows.append(["**what is wrong**", len(wrong), ""])
    database = "PostgreSQL and Redis" if os.environ.get("DATABASE_URL") else "SQLite"
    title = f"Told to end on {database}: {options.workers} workers, a grace of {GRACE:.0f} s"
    return markdown(title, ["", "how many", "ended after"], rows)


if __name__ == "__main__":
    main()
