"""`manage.py queue_report`: what waits, for how long, and whether the time classes were kept."""

from typing import Any

from django.core.management.base import BaseCommand

from generation import estimate, queue
from generation.queue.report import Line


class Command(BaseCommand):
    help = "Shows the queue by lane and time class, and that nothing idle was begun before others."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write("lane    class     jobs  waiting  p50 wait  p95 wait  before others")
        lines = queue.report()
        for line in lines:
            self.stdout.write(_row(line))
        accuracy = estimate.accuracy()
        told = "too few were told yet"
        if accuracy:
            told = f"{accuracy.percent} % of {accuracy.count} pictures came within it"
        self.stdout.write(f"First range told: {told}.")
        if any(line.before_others for line in lines):
            self.stderr.write("Something idle was begun while something else waited.")


def _row(line: Line) -> str:
    waits = [
        f"{wait:>7.1f} s" if wait is not None else "        -"
        for wait in (line.wait_p50, line.wait_p95)
    ]
    before = "-" if line.before_others is None else line.before_others
    counts = f"{line.lane:<7} {line.time_class:<8} {line.jobs:>5} {line.waiting:>8}"
    return f"{counts} {waits[0]} {waits[1]} {before:>14}"
