"""`python -m tools.chaos [--minutes 2] [--seed 1] [--workers 3]`: workers with three models
under load, while workers are killed and frozen and pictures cancelled at random; then every
invariant is checked. Prints a table; exit code 1 if anything was lost, doubled or charged wrongly.

At a desk on SQLite; under `python -m tools.with_services` on PostgreSQL and Redis.
"""

import argparse
import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable

from tools.bench.site import BenchSite
from tools.bench.table import markdown
from tools.chaos import load
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
PAUSE = (0.4, 1.6)  # seconds between two events
DRAIN_SECONDS = 180
MOST = "waiting at once, at most"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workers", type=int, default=3)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    site = BenchSite(worker=False)
    site.env |= BRIEF
    with site:
        people = load.people(site)
        with Pool(site, options.workers) as pool:
            events = rage(pool, people, dice, 60 * options.minutes)
            pool.calm()
            # A worker that was told to stop just before may end only now: started again as well.
            drained = load.wait_until_idle(people, DRAIN_SECONDS, meanwhile=pool.look)
        print(report(events, load.states(site), options, drained), flush=True)
        sys.exit(checked(site))


def rage(
    pool: Pool, people: list[load.Person], dice: random.Random, seconds: float
) -> Counter[str]:
    """Do random things at random times; says how often each was done."""
    acts: dict[str, tuple[int, Callable[[], int]]] = {
        "requests": (10, lambda: dice.choice(people).ask(dice)),
        "cancellations": (2, lambda: dice.choice(people).cancel_one(dice)),
        "workers killed": (2, lambda: pool.kill(dice)),
        "children killed": (2, lambda: pool.kill_child(dice)),
        "workers frozen past their lease": (1, lambda: pool.freeze(dice)),
        "workers told to stop": (1, lambda: pool.terminate(dice)),
    }
    names, weights = list(acts), [weight for weight, _ in acts.values()]
    done: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        pool.look()
        (name,) = dice.choices(names, weights)
        done[name] += acts[name][1]()
        done[MOST] = max(done[MOST], load.waiting(people))
        time.sleep(dice.uniform(*PAUSE) / 2 if name == "requests" else dice.uniform(*PAUSE))
    return done


def report(
    events: Counter[str], states: dict[str, int], options: argparse.Namespace, drained: float
) -> str:
    rows: list[list[object]] = [[name, count] for name, count in sorted(events.items())]
    rows += [[f"pictures {state}", count] for state, count in sorted(states.items())]
    rows.append(["seconds until all had ended", f"{drained:.0f}"])
    database = "PostgreSQL" if os.environ.get("DATABASE_URL") else "SQLite"
    pool = f"{options.workers} workers, {options.minutes:g} min, seed {options.seed}"
    title = f"Chaos on {database}: {pool}"
    return markdown(title, ["", "count"], rows)


def checked(site: BenchSite) -> int:
    """`check_invariants` says itself what is wrong."""
    return subprocess.run(
        [sys.executable, "manage.py", "check_invariants", "--idle"],
        cwd=site.root,
        env=site.env,
        check=False,
    ).returncode


if __name__ == "__main__":
    main()
