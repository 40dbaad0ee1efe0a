"""`python -m tools.fuzz [--seconds 60] [TARGET ...]`: each target for so long, in a process of its
own. What breaks one is kept in fuzz-results, and run first the next time.

With atheris (`pip install -r requirements/fuzz.txt`) by which lines of ours are reached, without it
by chance alone.
"""

import argparse
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from tools.fuzz.kept import FOLDER
from tools.fuzz.targets import NAMES


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.fuzz")
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(NAMES))
    parser.add_argument("--seconds", type=int, default=60)
    said = parser.parse_args()
    wrong = [name for name in said.targets if name not in NAMES]
    if wrong:
        parser.error(f"There is no target {wrong[0]}; there are {', '.join(NAMES)}.")
    broken = [name for name in said.targets or NAMES if not _holds(name, said.seconds)]
    print("Broken:", ", ".join(broken) or "none.")
    return int(bool(broken))


def _holds(name: str, seconds: int) -> bool:
    module = "tools.fuzz.guided" if find_spec("atheris") else "tools.fuzz.blind"
    Path(FOLDER).mkdir(parents=True, exist_ok=True)
    print(f"--- {name}: {seconds} seconds of {module}", flush=True)
    settings = {"DJANGO_SETTINGS_MODULE": "pixazo.tests.settings"}
    command = [sys.executable, "-m", module, name, str(seconds)]
    return subprocess.run(command, env=os.environ | settings, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
