"""`python -m tools.fairness [--seed 7]`: plays the queue and prints what people would have met.

The real claim code on SQLite in memory, with a clock that jumps: hours pass in seconds. Exits 1
when a goal is missed.
"""

import argparse
import os
import sys
import tempfile

from tools.bench.table import markdown


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.fairness", description=__doc__)
    parser.add_argument("--seed", type=int, default=7)
    seed: int = parser.parse_args().seed
    with tempfile.TemporaryDirectory(prefix="pixazo-fairness-") as folder:
        _set_up(folder)
        return _play(seed)


def _set_up(folder: str) -> None:
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "pixazo.settings",
        "DATABASE_URL": "sqlite://:memory:",
        "PIXAZO_DATA": folder,
        "PIXAZO_LOG_FILE": "-",
        "PIXAZO_LOG_LEVEL": "ERROR",
    }
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


def _play(seed: int) -> int:
    from tools.fairness import stories

    fewer, longest = stories.loads(seed)
    held, width = stories.desk(seed)
    outcomes = {
        "newcomer behind 200, wait in pictures": stories.newcomer(seed, 200),
        "newcomer behind 1,000, wait in pictures": stories.newcomer(seed, 1000),
        "two people, weights 2 and 1: ratio": stories.weights(seed),
        "two models mixed: loads per 100 pictures": fewer,
        "passed over for a loaded model, seconds": longest,
        "idle begun while others waited": stories.idle(seed),
        "first ranges that held, loads of 1 and 2 s": stories.told(seed),
        "first ranges that held, loads of 3 and 8 s": stories.told(seed, (3.0, 8.0)),
        "first ranges that held, one person, one model": held,
        "their ends, in times of their beginnings": width,
    }
    rows = [
        [name, f"{outcome.measured:.2f}", outcome.goal, "yes" if outcome.is_met else "NO"]
        for name, outcome in outcomes.items()
    ]
    print(markdown(f"Fairness, seed {seed}", ["", "measured", "goal", "met"], rows))
    return 0 if all(outcome.is_met for outcome in outcomes.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
