"""`python -m tools.drill [--pictures 10000]`: how long a site takes to come back from its backup.

The drill of the tests (F60), with as many pictures as asked for: a backup beside people at work,
all is lost, restored, and every file looked at. On SQLite, then on PostgreSQL.
"""

import argparse
import os
import subprocess
import sys

DRILL = "pixazo/tests/test_backup.py::test_the_drill"
PYTEST = (sys.executable, "-m", "pytest", "-q", "-s", "--no-header", "--timeout=3600", DRILL)
DATABASES = {
    "SQLite": PYTEST,
    "PostgreSQL": (sys.executable, "-m", "tools.with_services", "--durable", *PYTEST),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.drill", description=__doc__)
    parser.add_argument("--pictures", type=int, default=10_000)
    parser.add_argument("--only", choices=DATABASES, help="one of the two databases")
    asked = parser.parse_args()
    environment = os.environ | {"DRILL_PICTURES": str(asked.pictures)}
    failed = 0
    for name, command in DATABASES.items():
        if asked.only in (None, name):
            failed |= subprocess.run(command, env=environment, check=False).returncode
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
