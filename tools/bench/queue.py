"""Claims and submissions while 0, 1,000 and 10,000 pictures wait, of one person or a thousand."""

import argparse
import json

from tools.bench.site import BenchSite
from tools.bench.table import markdown, milliseconds, quantile

LENGTHS = (0, 1_000, 10_000)
WARM = 30  # turns of each that are not measured
TURNS = 10  # measured, times --rounds
PEOPLE = (1, 1_000)


def measure(options: argparse.Namespace) -> str:
    rows = []
    with BenchSite(worker=False) as site:
        site.connect().generate(model="starter")
        for people in PEOPLE:
            first: dict[str, list[float]] = {}
            for length in LENGTHS:
                turns = f"warm={WARM}, measured={TURNS * options.rounds}"
                code = f"from tools.bench.waiting import play; play({length}, {people}, {turns})"
                times = json.loads(site.run(code).strip().splitlines()[-1])
                first = first or times
                rows.append([f"{people:,}", f"{length:,}", *_cells(times, first)])
    heads = ["people", "waiting"]
    for name in ("claim", "submit"):
        heads += [f"{name} p50", f"{name} p95", "p50 to none waiting"]
    return markdown("The queue, three models, in one process", heads, rows)


def _cells(times: dict[str, list[float]], first: dict[str, list[float]]) -> list[str]:
    cells = []
    for name in ("claim", "submit"):
        middle, none = (quantile(each[name], 0.5) for each in (times, first))
        cells += [milliseconds(middle), milliseconds(quantile(times[name], 0.95))]
        cells.append(f"{middle / none:.2f}")
    return cells
