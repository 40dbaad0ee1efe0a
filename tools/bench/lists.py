"""The list of pictures at 1k, 10k and 100k rows: first page and 90 % deep, beside plain SQL."""

import argparse
import json
import time

from tools.bench.site import BenchSite, Caller
from tools.bench.table import markdown, median, milliseconds


def measure(options: argparse.Namespace) -> str:
    rows = []
    with BenchSite(worker=False) as site:
        cookie = ""
        for size in (int(size) for size in options.rows.split(",")):
            code = f"from tools.bench.fill import fill; fill({size})"
            facts = json.loads(site.run(code).strip().splitlines()[-1])
            cookie = facts["cookie"]
            caller = site.connect()
            first = median_of(caller, f"/w/{facts['slug']}/", cookie, options.rounds)
            page = f"/w/{facts['slug']}/feed/"
            next_page = median_of(caller, page, cookie, options.rounds)
            deep = median_of(caller, f"{page}?before={facts['deep']}", cookie, options.rounds)
            rows.append(
                [
                    f"{size:,}",
                    milliseconds(facts["sql"]),
                    milliseconds(first),
                    milliseconds(next_page),
                    milliseconds(deep),
                    f"{deep / next_page:.2f}",
                ]
            )
    heads = ["pictures", "plain SQL", "studio page", "feed, first", "feed, 90 % deep", "deep/first"]
    return markdown(f"Lists, median of {options.rounds}", heads, rows)


def median_of(caller: Caller, path: str, cookie: str, rounds: int) -> float:
    caller.headers = {}
    times = []
    for _ in range(rounds + 2):
        begin = time.perf_counter()
        status, _ = caller.get(path, Cookie=f"sessionid={cookie}")
        if status != 200:
            raise RuntimeError(f"{path}: {status}")
        times.append(time.perf_counter() - begin)
    return median(times[2:])
