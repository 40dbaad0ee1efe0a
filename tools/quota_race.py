"""`python -m tools.quota_race [--rounds 100]`: the race for a day's last unit (F23), many times.

Fifty requests at once through four doors, one unit left; on SQLite, then on PostgreSQL. Exits 1
where any round accepted more or fewer than one, or where the negative control sold no more.
"""

import argparse
import os
import subprocess
import sys

RACE = "generation/tests/test_quota_race.py"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-s", "--no-header", RACE)
DATABASES = {
    "SQLite": PYTEST,
    "PostgreSQL": (sys.executable, "-m", "tools.with_services", *PYTEST),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.quota_race", description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--only", choices=DATABASES, help="one of the two databases")
    asked = parser.parse_args()
    environment = os.environ | {"RACE_ROUNDS": str(asked.rounds)}
    failed = 0
    for name, command in DATABASES.items():
        if asked.only in (None, name):
            print(f"{name}:", flush=True)
            failed |= subprocess.run(command, env=environment, check=False).returncode
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
