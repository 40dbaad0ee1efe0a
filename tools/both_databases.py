"""Runs one test on SQLite, then on PostgreSQL, for the commands that repeat it often or large."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from collections.abc import Sequence

SERVICES = (sys.executable, "-m", "tools.with_services")
DATABASES: dict[str, tuple[str, ...]] = {"SQLite": (), "PostgreSQL": SERVICES}


def offer(parser: ArgumentParser) -> None:
    parser.add_argument("--only", choices=DATABASES, help="one of the two databases")


def run(
    test: str, variables: dict[str, str], *, only: str | None, services: Sequence[str] = ()
) -> int:
    """1 if it failed on either. `services` are words for `tools.with_services`."""
    pytest = (sys.executable, "-m", "pytest", "-q", "-s", "--no-header", "--timeout=3600", test)
    failed = 0
    for name, before in DATABASES.items():
        if only in (None, name):
            print(f"{name}:", flush=True)
            words = (*before, *services, *pytest) if before else pytest
            failed |= subprocess.run(words, env=os.environ | variables, check=False).returncode
    return int(bool(failed))
