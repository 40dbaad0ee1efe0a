"""`python -m tools.drill [--pictures 10000]`: how long a site takes to come back from its backup.

The drill of the tests (F60), with as many pictures as asked for: a backup beside people at work,
all is lost, restored, and every file looked at. On SQLite, then on PostgreSQL.
"""

import argparse
import sys

from tools import both_databases

DRILL = "pixazo/tests/test_backup.py::test_the_drill"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.drill", description=__doc__)
    parser.add_argument("--pictures", type=int, default=10_000)
    both_databases.offer(parser)
    asked = parser.parse_args()
    variables = {"DRILL_PICTURES": str(asked.pictures)}
    return both_databases.run(DRILL, variables, only=asked.only, services=["--durable"])


if __name__ == "__main__":
    sys.exit(main())
