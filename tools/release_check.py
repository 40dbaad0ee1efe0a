"""`python -m tools.release_check [--quick] [--only tests,proof] [--out FOLDER]`: what is looked at
before a release, one after the other, as one table; exit code 1 where anything is not as it should.

`--quick` takes small numbers and leaves the long ones out, to try it. Whole, it takes four hours
and wants a machine for itself. FOLDER (dist) gets the list of all parts (`sbom.json`).
"""

import argparse
import csv
import io
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from pixazo import __version__
from tools.bench.table import markdown

ROOT = Path(__file__).resolve().parents[1]
PYTHON = sys.executable


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.release_check", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    asked = parser.parse_args()
    looks: dict[str, Callable[[], tuple[bool, str]]] = {
        "tree": tree,
        "changes": changes,
        "levels": levels,
        "sbom": lambda: sbom(asked.out),
        "checks": lambda: ran("make", "check"),
        "holes": lambda: ran(PYTHON, "-m", "tools.dependencies", "--ask"),
        "upgrade": lambda: ran(PYTHON, "-m", "tools.upgrade"),
        "blackbox": lambda: ran(PYTHON, "-m", "tools.black_box"),
        "tests": lambda: ran("make", "test"),
        "proof": lambda: ran(PYTHON, "-m", "tools.proof", *(["--quick"] if asked.quick else [])),
    }
    wanted = asked.only.split(",") if asked.only else list(looks)
    if strange := set(wanted) - set(looks):
        parser.error(f"some of {', '.join(looks)}; there is no {', '.join(sorted(strange))}")
    if asked.quick and not asked.only:
        wanted = [name for name in wanted if name not in ("blackbox", "tests", "proof")]
    rows, failed = [], False
    for name in wanted:
        print(f"{name} ...", file=sys.stderr, flush=True)
        begun = time.monotonic()
        is_well, said = looks[name]()
        failed |= not is_well
        took = f"{time.monotonic() - begun:.0f} s"
        rows.append([name, "yes" if is_well else "**no**", said, took])
    print(markdown(f"Pixazo {__version__}", ["", "as it should be", "", "took"], rows))
    return int(failed)


def tree() -> tuple[bool, str]:
    changed = _git("status", "--porcelain").splitlines()
    return not changed, f"{len(changed)} files are not committed" if changed else "all committed"


def changes() -> tuple[bool, str]:
    """What people will notice is written down, what concerns their safety by its name."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    _, _, rest = text.partition("## Unreleased")
    lines = re.findall(r"^- ", rest.partition("\n## ")[0], re.MULTILINE)
    named = bool(re.search(r"^## Security|secur", rest.partition("\n## ")[0], re.IGNORECASE))
    security = "with what concerns security" if named else "nothing of them concerns security"
    return bool(lines), f"{len(lines)} lines since the last release, {security}"


def levels() -> tuple[bool, str]:
    """docs/asvs.csv against that of the last release: what was met must not be unmet."""
    now = _verdicts((ROOT / "docs/asvs.csv").read_text(encoding="utf-8"))
    unmet = [name for name, verdict in now.items() if verdict == "unmet"]
    tag = _git("describe", "--tags", "--abbrev=0")
    if not tag:
        return True, f"{len(now)} requirements, {len(unmet)} unmet; there is no release before"
    before = _verdicts(_git("show", f"{tag}:docs/asvs.csv"))
    lost = [name for name in unmet if before.get(name, "unmet") != "unmet"]
    moved = sum(before.get(name) != verdict for name, verdict in now.items())
    told = f"{len(unmet)} unmet, {moved} changed since {tag}"
    return not lost, told + (f", lost: {', '.join(lost)}" if lost else "")


def sbom(folder: Path) -> tuple[bool, str]:
    folder.mkdir(parents=True, exist_ok=True)
    return ran(PYTHON, "-m", "tools.sbom", str(folder / "sbom.json"))


def ran(*command: str) -> tuple[bool, str]:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    words = " ".join(command).replace(PYTHON, "python")
    if not done.returncode:
        return True, words
    said = " ".join((done.stdout + done.stderr).split())[-300:].replace("|", "/")
    return False, f"{words}: {said}"


def _verdicts(text: str) -> dict[str, str]:
    return {row["id"]: row["verdict"] for row in csv.DictReader(io.StringIO(text))}


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if not done.returncode else ""


if __name__ == "__main__":
    sys.exit(main())
