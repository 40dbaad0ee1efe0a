"""Each figure that is promised: the command that measures it, and how its answer is read."""

import csv
import re
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tools.both_databases import DATABASES

ROOT = Path(__file__).parents[2]
PYTHON = sys.executable
SERVICES = (PYTHON, "-m", "tools.with_services")
DURABLE = (*SERVICES, "--durable")
SOAK = (*SERVICES, PYTHON, "-m", "tools.soak")
TERMS = (*SERVICES, PYTHON, "-m", "tools.chaos.terms")
LOAD = (*DURABLE, PYTHON, "-m", "tools.load", "gallery", "studio", "submissions", "listening")
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

    def hold(self, figure: str, at_least: int) -> str:
        """`figure`, which so many tests insist on: they held, or nothing is read."""
        if self.passed < at_least:
            return f"**only {self.passed} of {at_least} tests ran**"
        tests = "test holds" if self.passed == 1 else "tests hold"
        return f"{figure} ({self.passed} {tests})"

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


def _terms(run: Run) -> str:
    wrong = run.cell("what is wrong")[0]
    longest = re.findall(r"at most ([\d.]+) s", run.said)
    return f"{wrong} wrong; at most {max(map(float, longest)):.0f} s"


def _soak(run: Run) -> str:
    lines = [line.split("|") for line in run.said.splitlines() if re.match(r"\| [\d,]+ \|", line)]
    # Its growth is against the first fifth: the second of ten lines.
    (_, first, light, *_), (_, last, heavy, grown, *_) = lines[1], lines[-1]
    told = f"{heavy.strip()} after {last.strip()} pictures, {light.strip()} after {first.strip()}"
    return f"{told}: {grown.strip()}"


def _works(run: Run) -> str:
    found = re.findall(r"^\| .+ \| (works|fails.*?) \|$", run.said, re.MULTILINE)
    return f"{found.count('works')} of {len(found)} steps work"


def _log_archive(run: Run) -> str:
    found = [line.split("|")[1:3] for line in run.said.splitlines() if line.startswith("| ")][1:]
    return "; ".join(f"{what.strip()}: {count.strip()}" for what, count in found)


def _databases(run: Run) -> str:
    return " and ".join(name for name in DATABASES if f"{name}:" in run.said)


def _drill(run: Run) -> str:
    took = f"{run.seconds:.0f} s with making the pictures"
    return run.hold(f"0 on {_databases(run)}; {took}", 1)


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
        lambda run: run.hold("45/45", 45),
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
        lambda run: run.hold("0", 20),
    ),
    "terms": Row(
        "50 times told to end over 300 pictures: lost, doubled, attempts wasted; ended after",
        "0 / 0 / 0; ≤ 65 s",
        TERMS,
        _terms,
        (*TERMS, "--jobs", "30", "--terms", "6"),
    ),
    "poison": Row(
        "A picture that kills its worker each time",
        "parked after 3 attempts, uncharged",
        tests("pixazo/tests/test_crashes.py", "-k", "poison or kills"),
        lambda run: run.hold("parked after 3, uncharged", 1),
    ),
    "quota": Row(
        "1 unit left, 50 at once, 4 doors, 100 rounds",
        "exactly 100 accepted",
        (PYTHON, "-m", "tools.quota_race"),
        lambda run: run.hold(f"100 on {_databases(run)}", 2),
        (PYTHON, "-m", "tools.quota_race", "--rounds", "2", "--only", "SQLite"),
    ),
    "stripe": Row(
        "Orders of a story of Stripe's; one event twenty times",
        "120/120 end right; applied once",
        tests("billing/tests/test_event_orders.py"),
        lambda run: run.hold("120/120; applied once", 28),
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
        lambda run: run.hold("0", 20),
    ),
    "controls": Row(
        "Negative controls that fail as they should",
        "12/12",
        tests(*_controls()),
        lambda run: run.hold("12/12", 12),
    ),
    "load": Row(
        "Gallery's and studio's pages; submissions; a thousand open pages, on two cores",
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
    "archive": Row(
        "PostgreSQL lost whole, its log archived every 5 s: pictures of 16 that came back",
        "≥ 12, and 8 as of the moment named; in minutes as set (≤ 5)",
        (PYTHON, "-m", "tools.log_archive"),
        _log_archive,
    ),
    "soak": Row(
        "A worker that has drawn 1,000 pictures: its memory against the first fifth",
        "≤ +5 %",
        SOAK,
        _soak,
        (*SOAK, "--jobs", "40"),
    ),
    "upgrade": Row(
        "The release before and this one, on both schemas, killed half-way",
        "every step works",
        (*SERVICES, PYTHON, "-m", "tools.upgrade"),
        _works,
    ),
    "levels": Row(
        "ASVS 5.0, level 1 and 2, classified; tied to tests",
        "253/253; ≥ 150",
        (),
        lambda run: levels(),
    ),
    "tests": Row(
        "All tests, on both databases",
        "≤ 35 min of the 90 of CI",
        ("make", "test"),
        lambda run: f"{run.seconds / 60:.0f} min",
        tests("--collect-only", "-q"),
    ),
}


def _cells() -> str:
    """How many the permissions' test insists on."""
    text = (ROOT / "pixazo/tests/test_permissions.py").read_text()
    found = re.search(r"mark\.cases\(([\d_]+)\)\ndef test_every_cell", text)
    return found[1].replace("_", ",") if found else "?"


def levels() -> str:
    """Of docs/asvs.csv: how many rows, and how many by each verdict."""
    rows = list(csv.DictReader((ROOT / "docs/asvs.csv").open()))
    verdicts = Counter(row["verdict"] for row in rows)
    told = ", ".join(f"{many} {name}" for name, many in verdicts.most_common())
    return f"{len(rows)} classified, {verdicts['test']} tied to tests ({told})"
