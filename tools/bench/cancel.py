"""Cancelling a drawing: how soon the answer comes, and how soon the worker has made the next."""

import argparse
import time

from tools.bench.overhead import PROMPT, until_done
from tools.bench.site import BenchSite, Caller
from tools.bench.table import markdown, median, milliseconds, quantile

LONG, SHORT = 40, 8  # steps, the most and the fewest that the model takes


def measure(options: argparse.Namespace) -> str:
    answers: list[float] = []
    frees: list[float] = []
    alone: list[float] = []
    with BenchSite(worker=True) as site:
        caller = site.connect()
        _short(caller)  # the worker loads the model once
        for _ in range(options.rounds):
            alone.append(_short(caller))
            answer, free = _cancelled(caller)
            answers.append(answer)
            frees.append(free)
    rows = [
        [name, milliseconds(median(times)), milliseconds(quantile(times, 0.95))]
        for name, times in (
            ("the cancel is answered", answers),
            (f"until the next picture of {SHORT} steps is there", frees),
            ("the same with nothing to cancel", alone),
        )
    ]
    title = f"Cancel of a drawing of {LONG} steps, starter model, {options.rounds} rounds"
    return markdown(title, ["", "p50", "p95"], rows)


def _short(caller: Caller) -> float:
    begin = time.perf_counter()
    until_done(caller, caller.generate(prompt=PROMPT, model="starter", steps=SHORT)["job_id"])
    return time.perf_counter() - begin


def _cancelled(caller: Caller) -> tuple[float, float]:
    """Seconds of the answer, and from the cancel to the next picture."""
    job = caller.generate(prompt=PROMPT, model="starter", steps=LONG)["job_id"]
    until_drawing(caller, job)
    begin = time.perf_counter()
    caller.post(f"/api/jobs/{job}/cancel")
    answered = time.perf_counter() - begin
    _short(caller)
    return answered, time.perf_counter() - begin


def until_drawing(caller: Caller, job: str) -> None:
    while not caller.get_json(f"/api/status/{job}")["progress"]["step"]:
        time.sleep(0.01)
