"""`python -m tools.chaos [--jobs 200] [--faults 20] [--seed 1] [--seeds 1] [--workers 3]`: a site
under load, of which everything is killed, frozen, cut or filled up at random; then what people were
told is compared with what there is, every picture is fetched and decoded, every invariant checked.
`--full` is 1,000 pictures, 60 faults and 5 seeds. Prints a table; exit code 1 if anything was lost,
doubled, charged wrongly or shown half.

At a desk on SQLite, without Redis; under `python -m tools.with_services` on PostgreSQL and a Redis
of its own.
"""

import argparse
import os
import random
import sys
import time
from collections import Counter

from tools import ending
from tools.bench.site import BenchSite
from tools.bench.table import markdown
from tools.chaos import load
from tools.chaos.faults import Faults
from tools.chaos.house import House
from tools.chaos.pool import Pool

# As in the crash tests: everything that waits, waits briefly.
BRIEF = {
    "PIXAZO_PROVIDERS": "fake=generation.tests.fake_engine",
    "PIXAZO_LEASE_SECONDS": "4",
    "PIXAZO_SWEEP_SECONDS": "0.5",
    "PIXAZO_LOOK_SECONDS": "0.3",
    "PIXAZO_GRACE_SECONDS": "1",
    "DATABASE_POOL": "0",
}
PAUSE = (0.2, 0.8)  # seconds between two faults
DRAIN_SECONDS = 240
AGAIN = 40  # times that a fault which hit nobody is tried again
ASK, CANCEL, DELETE, LOOK = "requests", "cancellations", "pictures deleted", "pictures looked at"
FULL = {"jobs": 1000, "faults": 60, "seeds": 5}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=__doc__)
    parser.add_argument("--jobs", type=int, default=200)
    parser.add_argument("--faults", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=1)
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--full", action="store_true")
    options = parser.parse_args()
    ending.by_signal()
    if options.full:
        vars(options).update(FULL)
    runs = [Run(seed, options).go() for seed in range(options.seed, options.seed + options.seeds)]
    print(table(runs, options), flush=True)
    sys.exit(any(run.wrong for run in runs))


class Run:
    """One site, one seed."""

    def __init__(self, seed: int, options: argparse.Namespace) -> None:
        self.seed, self.options = seed, options
        self.dice = random.Random(seed)
        self.done: Counter[str] = Counter()
        self.states: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.drained = 0.0
        self.again = 0
        self.journal = load.Journal()

    def go(self) -> "Run":
        print(f"Seed {self.seed} ...", flush=True)
        site = BenchSite(worker=False)
        site.env |= BRIEF
        with site, House(site, with_redis="DATABASE_URL" in os.environ) as house:
            people = load.people(site, house.ports, self.journal)
            with Pool(site, self.options.workers) as pool:
                faults = Faults(pool, house)
                self.rage(faults, people)
                faults.end()
                # A worker that was told to stop just before may end only now: started again too.
                self.drained = load.wait_until_idle(people, DRAIN_SECONDS, meanwhile=faults.look)
                self.look_at_all(people)
            self.check(site)
        if self.wrong:
            print(f"Seed {self.seed}, {self.options}:", *self.wrong, sep="\n", flush=True)
        return self

    def rage(self, faults: Faults, people: list[load.Person]) -> None:
        """Faults are spread over the requests as the seed says."""
        plan = faults.plan(self.dice, self.options.faults)
        each = self.options.jobs / len(plan)
        accepted, due = 0, each / 2
        while accepted < self.options.jobs or plan:
            faults.look()
            person = self.dice.choice(people)
            if accepted < self.options.jobs:
                accepted += person.ask(self.dice)
                self.done[ASK] += 1
            if self.dice.random() < 0.15:
                self.done[CANCEL] += person.cancel_one(self.dice)
            if self.dice.random() < 0.1:
                self.done[DELETE] += person.delete_one(self.dice)
            if plan and (accepted >= due or accepted >= self.options.jobs):
                due += each
                name = plan.pop()
                hit = faults.bring(name, self.dice)
                self.done[name] += hit
                if not hit and self.again < AGAIN:
                    # Who is just being started has no child yet, and hears no signal.
                    self.again += 1
                    plan.insert(0, name)
                time.sleep(self.dice.uniform(*PAUSE))

    def look_at_all(self, people: list[load.Person]) -> None:
        for person in people:
            for job in person.jobs:
                self.done[LOOK] += job not in self.journal.deleted and person.look_at(job)

    def check(self, site: BenchSite) -> None:
        there = load.there_is(site)
        self.states.update(row["state"] for row in there)
        self.wrong += load.differences(self.journal, there)
        self.wrong += load.broken_invariants(site)

    @property
    def faults(self) -> int:
        return sum(self.done.values()) - sum(self.done[n] for n in (ASK, CANCEL, DELETE, LOOK))


def table(runs: list[Run], options: argparse.Namespace) -> str:
    names = sorted({name for run in runs for name in run.done})
    states = sorted({state for run in runs for state in run.states})
    rows: list[list[object]] = [[name, *(run.done[name] for run in runs)] for name in names]
    rows += [[f"pictures {state}", *(run.states[state] for run in runs)] for state in states]
    rows.append(["**faults**", *(run.faults for run in runs)])
    rows.append(["pictures promised", *(len(run.journal.jobs) for run in runs)])
    rows.append(["calls nobody answered", *(run.journal.unreached for run in runs)])
    rows.append(["seconds until all had ended", *(f"{run.drained:.0f}" for run in runs)])
    rows.append(["**what is wrong**", *(len(run.wrong) for run in runs)])
    database = "PostgreSQL and Redis" if os.environ.get("DATABASE_URL") else "SQLite"
    title = f"Chaos on {database}: {options.workers} workers, 2 web processes"
    told = "" if any(run.wrong for run in runs) else "\n\nAll invariants hold."
    return markdown(title, ["seed", *(str(run.seed) for run in runs)], rows) + told


if __name__ == "__main__":
    main()
