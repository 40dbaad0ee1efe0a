"""`python -m tools.quota_race [--rounds 100]`: the race for a day's last unit (F23), many times.

Fifty requests at once through four doors, one unit left; on SQLite, then on PostgreSQL. Exits 1
where any round accepted more or fewer than one, or where the negative control sold no more.
"""

import argparse
import sys

from tools import both_databases

RACE = "generation/tests/test_quota_race.py"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.quota_race", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    both_databases.offer(parser)
    asked = parser.parse_args()
    variables = {"RACE_ROUNDS": str(asked.rounds)}
    return both_databases.run(RACE, variables, only=asked.only)


if __name__ == "__main__":
    sys.exit(main())
