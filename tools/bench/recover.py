"""A worker killed in the middle of a picture: how soon the picture is there after all."""

import argparse
import time

from tools.bench.cancel import until_drawing
from tools.bench.overhead import PROMPT, until_done
from tools.bench.site import BenchSite
from tools.bench.table import markdown, median

STEPS = 40
ROUNDS = 3  # of many seconds each


def measure(options: argparse.Namespace) -> str:
    here: list[float] = []
    with BenchSite(worker=True) as site:
        caller = site.connect()
        for _ in range(min(ROUNDS, options.rounds)):
            job = caller.generate(prompt=PROMPT, model="starter", steps=STEPS)["job_id"]
            until_drawing(caller, job)
            begin = time.perf_counter()
            site.kill_worker()
            site.start_worker()  # as a supervisor does
            until_done(caller, job)
            here.append(time.perf_counter() - begin)
    rows = [
        ["killed to done, started again at once", f"{median(here):.1f} s", f"{max(here):.1f} s"]
    ]
    return markdown("kill -9 of the worker in mid-picture", ["", "p50", "longest"], rows)
