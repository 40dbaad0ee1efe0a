"""`python -m tools.soak [--jobs 1000]`: a worker that has drawn a thousand pictures is as it began.

One worker with the fake engine draws them; after each tenth of them its memory (shared pages in
parts) and open files are written down. The first fifth is warm-up. Prints a table and exits 0
whatever it says; under `python -m tools.with_services` on PostgreSQL and Redis.
"""

import argparse
import os
import sys
import time
from pathlib import Path

from tools import ending
from tools.bench.site import BenchSite, Caller
from tools.bench.table import markdown
from tools.load import weights

PARTS = 10
WARM = 2  # parts of it
PATIENCE = 120  # seconds, besides one for each picture
ENGINE = {"PIXAZO_PROVIDERS": "fake=generation.tests.fake_engine", "PIXAZO_REMOTE_CALLS": "1"}
MODEL = """
from generation.models import ImageModel
ImageModel.objects.create(
    slug="painter", name="Painter", provider="fake", address="steady",
    contract_data={
        "width": {"default": 256, "min": 32, "max": 256, "step": 8},
        "height": {"default": 256, "min": 32, "max": 256, "step": 8},
        "num_inference_steps": {"default": 4, "min": 1, "max": 50},
    },
)
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tools.soak", description=__doc__)
    parser.add_argument("--jobs", type=int, default=1000)
    asked = parser.parse_args()
    ending.by_signal()
    site = BenchSite(worker=False)
    site.env |= ENGINE
    rows = []
    with site:
        site.run(MODEL)
        site.start_worker(lanes="gpu,remote")  # the fake engine stands in for a service
        worker = site.children[-1].pid
        caller = site.connect()
        for part in range(PARTS):
            print(f"part {part + 1} of {PARTS}", file=sys.stderr, flush=True)
            begun = time.monotonic()
            draw(caller, asked.jobs // PARTS)
            pids = weights.of_session(worker)
            rows.append(
                (
                    (part + 1) * asked.jobs // PARTS,
                    weights.megabytes(pids),
                    sum(map(_open_files, pids)),
                    time.monotonic() - begun,
                )
            )
    warm = rows[WARM - 1]
    table = [
        [f"{drawn:,}", f"{held:.1f} MB", f"{held / warm[1] - 1:+.1%}", files, f"{took:.0f} s"]
        for drawn, held, files, took in rows
    ]
    database = "PostgreSQL and Redis" if os.environ.get("DATABASE_URL") else "SQLite"
    heads = ["pictures drawn", "its memory", f"against {warm[0]:,}", "open files", "took"]
    print(markdown(f"One worker on {database}", heads, table))


def draw(caller: Caller, pictures: int) -> None:
    """Ask for so many, four at a time, and wait until each is there."""
    jobs: list[str] = []
    while len(jobs) < pictures:
        jobs += caller.generate(model="painter", count=min(4, pictures - len(jobs)))["job_ids"]
    until = time.monotonic() + PATIENCE + pictures
    for job in jobs:
        while (said := caller.get_json(f"/api/status/{job}"))["state"] != "succeeded":
            if said["state"] in ("failed", "cancelled") or time.monotonic() > until:
                raise RuntimeError(f"A picture was not drawn: {said}")
            time.sleep(0.2)


def _open_files(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/fd").iterdir()))
    except OSError:
        return 0


if __name__ == "__main__":
    main()
