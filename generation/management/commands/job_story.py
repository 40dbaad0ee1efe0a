"""`manage.py job_story ID`: all that is known of one job, from the tables and from the log; the id
may also be that of its picture, of a batch of jobs or of the request that asked for them."""

import json
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db.models import Q, QuerySet

from billing.models import Hold, LedgerEntry
from generation.models import Batch, Image, Job

ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
MOST = 500  # lines of the log
MOST_JOBS = 12  # whose stories are told at once: the log is read for each


class Command(BaseCommand):
    help = "Prints a job's whole story: what was asked, its states, its units, and the log's lines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "id", help="The id of a job, of a picture or of a batch, or the number of a request."
        )
        parser.add_argument(
            "--log",
            action="append",
            help="A log file, also an older one; may be given again. Without: PIXAZO_LOG_FILE.",
        )
        parser.add_argument("--prompt", action="store_true", help="Print what was asked for, too.")

    def handle(self, *args: Any, **options: Any) -> None:
        files = options["log"] or ([settings.LOG_FILE] if settings.LOG_FILE != "-" else [])
        jobs = _find(options["id"])
        if len(jobs) > MOST_JOBS:
            self.stdout.write(f"{len(jobs)} jobs; ask for the story of one of them:")
            for job in jobs:
                self.stdout.write(f"{job.pk} {job.state}")
            return
        for place, job in enumerate(jobs):
            if place:
                self.stdout.write("")
            self.tell(job, files, with_prompt=options["prompt"])

    def tell(self, job: Job, files: list[str], *, with_prompt: bool) -> None:
        self.say("Job", str(job.pk))
        for name, value in _asked(job, with_prompt=with_prompt):
            self.say(name, value)
        self.title("States")
        for line in _states(job):
            self.stdout.write(line)
        self.title("Units")
        for line in _units(job) or ["none were held"]:
            self.stdout.write(line)
        self.title("Log")
        if not files:
            self.stdout.write("It goes to the console only (PIXAZO_LOG_FILE=-): give --log FILE.")
        for line in _lines(files, _marks(job), str(job.pk), set(map(str, siblings(job)))):
            self.stdout.write(line)

    def say(self, name: str, value: str) -> None:
        self.stdout.write(f"{name:<10} {value}")

    def title(self, text: str) -> None:
        self.stdout.write(f"\n{text}")


def _find(text: str) -> list[Job]:
    rows = Job.objects.select_related("batch__author", "batch__workspace", "model")
    for meant in _meant(text):
        if found := list(rows.filter(meant).order_by("batch_id", "index")):
            return found
    raise CommandError(
        "There is no such job, picture, batch or request for pictures, or it was deleted."
    )


def _meant(text: str) -> Iterator[Q]:
    with suppress(ValueError):
        pk = UUID(text)
        yield from (Q(pk=pk), Q(image=pk), Q(batch=pk))
    if text:
        yield Q(batch__request_id=text)


def _asked(job: Job, *, with_prompt: bool) -> Iterator[tuple[str, str]]:
    batch = job.batch
    yield "batch", f"{batch.pk}, picture {job.index + 1} of {batch.count}"
    yield "request", batch.request_id or "none (not by a page or the API)"
    yield "asked", f"{_at(batch.created)} through {batch.door or 'a door that was not kept'}"
    yield "person", f"{batch.author} ({batch.author_id}), workspace {batch.workspace.slug}"
    yield "model", f"{job.model.slug}, {batch.width}x{batch.height}, {job.steps} steps"
    if with_prompt:
        yield "prompt", batch.prompt
    if job.remote_id:
        yield "service", job.remote_id
    yield "now", f"{job.state}, attempt {job.attempt}"
    if job.error_code:
        yield "error", f"{job.error_code}: {job.error}"
    if job.details:
        yield "details", job.details.replace("\n", "\n           ")
    if image := Image.objects.filter(job=job).first():
        yield "picture", f"{image.pk}, {image.bytes} bytes, {image.original}"


def _states(job: Job) -> Iterator[str]:
    before: datetime | None = None
    for each in job.transitions.order_by("id"):
        passed = f"+{(each.at - before).total_seconds():.2f} s" if before else ""
        before = each.at
        said = f"{_at(each.at)} {passed:>10} {each.state:<10} attempt {each.attempt}"
        yield " ".join(part for part in (said, each.worker, each.note) if part)


def _units(job: Job) -> list[str]:
    holds = Hold.objects.filter(reference=job.pk).order_by("pk")
    lines = [f"held {hold.units}: {hold.state}" for hold in holds]
    entries = LedgerEntry.objects.filter(hold__in=holds).order_by("pk")
    return [*lines, *(f"{_at(each.created)} {each}" for each in entries)]


def _marks(job: Job) -> list[str]:
    """By which a line is known to be about it."""
    return [mark for mark in (str(job.pk), str(job.batch_id), job.batch.request_id) if mark]


def siblings(job: Job) -> QuerySet[Job, UUID]:
    """The other jobs of its request: a line about one of them is none about it."""
    # No index has requests: looked for among its author's, not among all that the site ever had.
    batches = Batch.objects.order_by().filter(author=job.batch.author_id)
    if request := job.batch.request_id:
        batches = batches.filter(request_id=request)
    else:
        batches = batches.filter(pk=job.batch_id)
    jobs = Job.objects.order_by().filter(batch__in=batches.values("pk"))
    return jobs.exclude(pk=job.pk).values_list("pk", flat=True)


def _lines(files: list[str], marks: list[str], own: str, siblings: set[str]) -> Iterator[str]:
    found = 0
    for name in files:
        if not Path(name).is_file():
            yield f"{name}: there is no such file."
            continue
        with open(name, encoding="utf-8", errors="replace") as file:
            for line in file:
                if any(mark in line for mark in marks) and (
                    own in line or siblings.isdisjoint(ID.findall(line))
                ):
                    found += 1
                    if found > MOST:
                        yield f"... and more: only the first {MOST} lines are shown."
                        return
                    yield _shown(line.rstrip("\n"))
    if not found:
        yield "nothing"


def _shown(line: str) -> str:
    """A line of JSON as a person reads it; any other as it is."""
    try:
        said = json.loads(line)
        rest = {name: said[name] for name in said if name not in _HEAD}
        more = " ".join(f"{name}={value}" for name, value in rest.items())
        return f"{said['time']} {said['event']}: {said['message']} {more}".rstrip()
    except (ValueError, KeyError, TypeError):
        return line


_HEAD = {"time", "level", "event", "logger", "message", "process", "job"}


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S.%f}"[:-3]
