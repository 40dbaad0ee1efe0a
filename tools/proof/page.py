"""docs/proof.md: the table of all figures, with what was measured last, when and of which state."""

import re
import subprocess
from datetime import UTC, datetime

from tools.proof.rows import ROOT, ROWS

PAGE = ROOT / "docs/proof.md"
HEADS = "| | figure | goal | measured | when, at which commit, how long |\n|---|---|---|---|---|\n"
NEVER = ["not measured yet", "-"]
ABOVE = """# What is promised, and what was measured

`python -m tools.proof` writes this table; `--only chaos,load` measures some rows anew. What each
row runs stands in `tools/proof/rows.py`, mostly tests: `make check` or `make test` installs what
they need. All of it takes two to three hours on two cores, and figures of speed are worth
nothing where others are at work on the same machine. Where tests are counted, the figure is what
they insist on. Rows are as old as they say: what changed since is not measured in them. Each fault
with its tests: [faults.md](faults.md).

"""


def write(name: str, measured: str, seconds: float) -> None:
    """Put down one row; the others stay."""
    rows = read()
    moment = f"{datetime.now(UTC):%Y-%m-%d}, {_commit()}, {seconds:.0f} s"
    rows[name] = [measured.replace("\n", " ").replace("|", "/"), moment]
    PAGE.write_text(ABOVE + HEADS + "".join(_line(each, rows) for each in ROWS))


def read() -> dict[str, list[str]]:
    """What was measured of each row that was, and when."""
    if not PAGE.exists():
        return {}
    found = re.findall(r"^\| `(\w+)` \|(.+)\|$", PAGE.read_text(), re.MULTILINE)
    return {name: [cell.strip() for cell in rest.split("|")][2:] for name, rest in found}


def _line(name: str, rows: dict[str, list[str]]) -> str:
    row = ROWS[name]
    cells = [f"`{name}`", row.figure, row.goal, *rows.get(name, NEVER)]
    return f"| {' | '.join(cells)} |\n"


def _commit() -> str:
    words = ["git", "rev-parse", "--short", "HEAD"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "?"
