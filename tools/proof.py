"""`python -m tools.proof [--quick] [--only chaos,load]`: what reliability is promised, and what was
measured, as one Markdown table.

Each row runs what proves it and reads its figure; `--quick` takes small numbers, to try it out.
Nothing fails by time: it exits 1 where a command failed. Whole, it takes two hours.
"""

import argparse
import csv
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.bench.table import markdown

ROOT = Path(__file__).parents[1]
PYTHON = sys.executable
SERVICES = (PYTHON, "-m", "tools.with_services")
DURABLE = (*SERVICES, "--durable")
LOAD = (*DURABLE, PYTHON, "-m", "tools.load", "gallery", "submissions", "listening")
PYTEST = (PYTHON, "-m", "pytest", "-q", "--no-header", "--timeout=3600")


@dataclass(frozen=True)
class Run:
    """What a command printed, whether it ended well, and after how many seconds."""

    said: str
    is_well: bool
    seconds: float

    @property
    def passed(self) -> int:
        found = re.findall(r"(\d+) passed", self.said)
        return int(found[-1]) if found else 0

    @property
    def tests(self) -> str:
        """How many tests held, of all that ran."""
        failed = sum(map(int, re.findall(r"(\d+) (?:failed|error)", self.said)))
        return f"{self.passed} of {self.passed + failed} hold"

    def cell(self, name: str) -> list[str]:
        """The cells of a table's row that begins with `name`."""
        for line in self.said.splitlines():
            cells = [cell.strip(" *") for cell in line.strip("|").split("|")]
            if cells[0] == name:
                return cells[1:]
        return ["?"]


@dataclass(frozen=True)
class Row:
    """A figure: `quick` and `whole` are commands; `read` says what came of one."""

    figure: str
    goal: str
    whole: tuple[str, ...]
    read: Callable[[Run], str]
    quick: tuple[str, ...] = ()


def tests(*names: str) -> tuple[str, ...]:
    return (*PYTEST, *names)


def _controls() -> list[str]:
    """The tests that docs/faults.md names as its twelve negative controls."""
    text = (ROOT / "docs/faults.md").read_text()
    named = text[text.index("| the guard | the control |") :]
    found = re.findall(r"`([^`]+\.py)::([^`]+)`", named)
    return [*sorted({path for path, _ in found}), "-k", " or ".join(name for _, name in found)]


def _chaos(run: Run) -> str:
    wrong, faults = run.cell("what is wrong"), run.cell("faults")
    promised = run.cell("pictures promised")
    return f"{', '.join(promised)} pictures, {', '.join(faults)} faults, {', '.join(wrong)} wrong"


def _load(run: Run) -> str:
    lines = [line for line in run.said.splitlines() if line.startswith("| ")][1:]
    return "<br>".join(": ".join(cell.strip() for cell in line.split("|")[1:4:2]) for line in lines)


def _drill(run: Run) -> str:
    return f"{run.tests}, {run.seconds:.0f} s with making the pictures"


ROWS = {
    "chaos": Row(
        "Accepted pictures lost, doubled, charged twice; files without rows, rows without files",
        "0 / 0 / 0 / 0 / 0 in 1,000 pictures with 60 faults, 5 seeds",
        (*SERVICES, PYTHON, "-m", "tools.chaos", "--full"),
        _chaos,
        (*SERVICES, PYTHON, "-m", "tools.chaos", "--jobs", "40", "--faults", "10"),
    ),
    "points": Row(
        "Breaks at fifteen points, each in three ways",
        "45/45",
        tests("generation/tests/test_crash_points.py", "generation/tests/test_archive.py"),
        lambda run: run.tests,
    ),
    "recover": Row(
        "A worker killed in mid-picture: done after",
        "≤ 45 s",
        (PYTHON, "-m", "tools.bench", "recover"),
        lambda run: " / ".join(run.cell("killed to done, started again at once")),
    ),
    "shutdown": Row(
        "Told to end in mid-picture: attempts wasted",
        "0",
        tests("pixazo/tests/test_shutdown.py", "generation/tests/test_worker.py"),
        lambda run: run.tests,
    ),
    "poison": Row(
        "A picture that kills its worker each time",
        "parked after 3 attempts, uncharged",
        tests("pixazo/tests/test_crashes.py", "-k", "poison or kills"),
        lambda run: run.tests,
    ),
    "quota": Row(
        "1 unit left, 50 at once, 4 doors, 100 rounds",
        "exactly 100 accepted",
        (PYTHON, "-m", "tools.quota_race"),
        lambda run: run.tests,
        (PYTHON, "-m", "tools.quota_race", "--rounds", "2", "--only", "SQLite"),
    ),
    "stripe": Row(
        "Orders of a story of Stripe's; one event twenty times",
        "120/120 end right; applied once",
        tests("billing/tests/test_event_orders.py"),
        lambda run: run.tests,
    ),
    "permissions": Row(
        "Cells of who may do what, each tried",
        "≥ 700",
        tests("pixazo/tests/test_permissions.py"),
        lambda run: f"{run.tests}, at least {_cells()} cells",
    ),
    "attacks": Row(
        "Attacks automated: rows and cases",
        "≥ 95 rows, ≥ 2,000 cases",
        (PYTHON, "-m", "tools.attacks"),
        lambda run: run.said.strip().splitlines()[-1],
    ),
    "schemathesis": Row(
        "Server errors under schemathesis and a hostile service",
        "0",
        tests(
            "pixazo/tests/test_schemathesis.py", "generation/tests/test_provider_pixazo_results.py"
        ),
        lambda run: run.tests,
    ),
    "controls": Row(
        "Negative controls that fail as they should",
        "12/12",
        tests(*_controls()),
        lambda run: run.tests,
    ),
    "load": Row(
        "Studio page; submissions; a thousand open pages, on two cores",
        "≥ 60/s, p95 ≤ 250 ms; ≥ 60/s; ≤ 0.3 core",
        LOAD,
        _load,
        (*LOAD, *"--seconds 5 --rounds 1 --people 20 --pictures 2000".split()),
    ),
    "drill": Row(
        "Backup under load, all lost, restored: differences",
        "0; ≤ 3 min for 500 pictures",
        (PYTHON, "-m", "tools.drill", "--pictures", "500"),
        _drill,
    ),
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.proof", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help=f"some of {','.join(ROWS)}")
    asked = parser.parse_args()
    wanted = asked.only.split(",") if asked.only else list(ROWS)
    table, failed = [], False
    for name, row in ROWS.items():
        if name not in wanted:
            continue
        print(f"{name} ...", file=sys.stderr, flush=True)
        run = _run(row.quick if asked.quick and row.quick else row.whole)
        failed |= not run.is_well
        measured = row.read(run) if run.is_well else f"**failed**: {run.said[-200:].strip()!r}"
        table.append([row.figure, row.goal, measured, f"{run.seconds:.0f} s"])
    levels = _levels()
    table.append(
        ["ASVS 5.0, level 1 and 2, classified; tied to tests", "253/253; ≥ 150", levels, "-"]
    )
    print(
        markdown(
            "What is promised, and what was measured", ["figure", "goal", "measured", "took"], table
        )
    )
    return int(failed)


def _run(command: tuple[str, ...]) -> Run:
    begun = time.monotonic()
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said = done.stdout + (done.stderr if done.returncode else "")
    return Run(said, done.returncode == 0, time.monotonic() - begun)


def _cells() -> str:
    """How many the permissions' test insists on."""
    text = (ROOT / "pixazo/tests/test_permissions.py").read_text()
    found = re.search(r"mark\.cases\(([\d_]+)\)\ndef test_every_cell", text)
    return found[1].replace("_", ",") if found else "?"


def _levels() -> str:
    """Of docs/asvs.csv: how many rows, and how many by each verdict."""
    rows = list(csv.DictReader((ROOT / "docs/asvs.csv").open()))
    verdicts = Counter(row["verdict"] for row in rows)
    return f"{len(rows)}: " + ", ".join(f"{many} {name}" for name, many in verdicts.most_common())


if __name__ == "__main__":
    sys.exit(main())
