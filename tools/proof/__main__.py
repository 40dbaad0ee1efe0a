"""`python -m tools.proof [--quick] [--only chaos,load]`: what reliability is promised, and what was
measured, as one table. It is written into docs/proof.md, row by row as each is there; `--only`
measures some anew and leaves the others as they are.

`--quick` takes small numbers, to try it out, and writes nothing down. Nothing fails by time: it
exits 1 where a command failed. Whole, it takes two to three hours, and wants a machine for itself.
"""

import argparse
import subprocess
import sys
import time

from tools.bench.table import markdown
from tools.proof import page
from tools.proof.rows import ROOT, ROWS, Run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.proof", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="", help=f"some of {','.join(ROWS)}")
    asked = parser.parse_args()
    wanted = asked.only.split(",") if asked.only else list(ROWS)
    if strange := set(wanted) - set(ROWS):
        parser.error(f"no such row: {', '.join(sorted(strange))}")
    table, failed = [], False
    for name in wanted:
        row = ROWS[name]
        print(f"{name} ...", file=sys.stderr, flush=True)
        run = _run(row.quick if asked.quick and row.quick else row.whole)
        failed |= not run.is_well
        measured = row.read(run) if run.is_well else f"**failed**: {run.said[-300:].strip()!r}"
        table.append([row.figure, row.goal, measured, f"{run.seconds:.0f} s"])
        print(f"{name}: {measured} ({run.seconds:.0f} s)", file=sys.stderr, flush=True)
        if not asked.quick:
            page.write(name, measured, run.seconds)
    heads = ["figure", "goal", "measured", "took"]
    print(markdown("What is promised, and what was measured", heads, table))
    return int(failed)


def _run(command: tuple[str, ...]) -> Run:
    begun = time.monotonic()
    if not command:
        return Run("", True, 0.0)
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    said = done.stdout + (done.stderr if done.returncode else "")
    return Run(said, done.returncode == 0, time.monotonic() - begun)


if __name__ == "__main__":
    sys.exit(main())
