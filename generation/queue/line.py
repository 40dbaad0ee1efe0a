"""Reads the beginning of a line: who is next, and what waits longest of theirs for each model.

The one raw query of the queue. It reads the first few turns through their index, and from each
skips from model to model through the index `job_line`: its cost is that of the people looked at,
never that of the jobs that wait. SQLite and PostgreSQL run the same text.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef

from generation.models import Job, Turn
from pixazo.ids import as_uuid

# People looked at together: enough that one of them wants the loaded model.
AT_ONCE = 32

# Literals, not parameters, where a partial index must be recognised.
WAITS = "job.state = 'queued' AND job.lane = %(lane)s AND job.is_idle = {is_idle}"
HEADS = """
WITH RECURSIVE line AS (
  SELECT id, author_id, tag, since, arrivals, passed
  FROM generation_turn AS turn
  WHERE lane = %(lane)s AND is_idle = {is_idle} AND since IS NOT NULL
    AND NOT EXISTS (SELECT 1 FROM generation_pause AS pause WHERE pause.user_id = turn.author_id)
  ORDER BY tag, since, id LIMIT %(count)s OFFSET %(start)s
), pair(turn_id, author_id, model_id) AS (
  SELECT id, author_id,
    (SELECT model_id FROM generation_job AS job
     WHERE {waits} AND job.author_id = line.author_id ORDER BY model_id LIMIT 1)
  FROM line
  UNION ALL
  SELECT turn_id, author_id,
    (SELECT model_id FROM generation_job AS job
     WHERE {waits} AND job.author_id = pair.author_id AND job.model_id > pair.model_id
     ORDER BY model_id LIMIT 1)
  FROM pair WHERE model_id IS NOT NULL
)
SELECT line.id, line.author_id, line.tag, line.arrivals,
  CASE WHEN line.passed <= {window_ago} THEN 1 ELSE 0 END,
  pair.model_id,
  CASE WHEN service.id IS NULL OR (service.is_active = TRUE
            AND (service.closed_until IS NULL OR service.closed_until <= {now}))
  THEN {head_id} END,
  (SELECT turn.clock FROM generation_turn AS turn
   WHERE turn.lane = %(lane)s AND turn.is_idle = {is_idle} ORDER BY turn.clock DESC LIMIT 1)
FROM line JOIN pair ON pair.turn_id = line.id
LEFT JOIN generation_imagemodel AS model ON model.id = pair.model_id
LEFT JOIN generation_service AS service ON service.id = model.service_id
ORDER BY line.tag, line.since, line.id, {head_rank}, {head_since}, 7
"""
# One probe of `job_line` for each column: of a join PostgreSQL makes a scan of all jobs.
HEAD = """(
  SELECT job.{column} FROM generation_job AS job
  WHERE {waits} AND job.author_id = pair.author_id AND job.model_id = pair.model_id
    AND (job.rest_until IS NULL OR job.rest_until <= {now})
  ORDER BY job.rank, job.waiting_since, job.id LIMIT 1
)"""
# The database's clock, now and so many seconds ago, in its own words.
CLOCKS = {
    "sqlite": (
        "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW')",
        "STRFTIME('%%Y-%%m-%%d %%H:%%M:%%f', 'NOW', '-{seconds:f} seconds')",
    ),
    "postgresql": (
        "STATEMENT_TIMESTAMP()",
        "(STATEMENT_TIMESTAMP() - INTERVAL '{seconds:f} seconds')",
    ),
}


@dataclass(frozen=True)
class Head:
    """What is next of one person for one model."""

    model: UUID
    job: UUID


@dataclass(frozen=True)
class Person:
    """Somebody in line, and what may be drawn of theirs, next first."""

    turn: int
    author: UUID
    tag: float
    has_waited: bool  # long enough for other people's loaded models
    clock: float  # how far the line has come
    heads: list[Head]


def people(lane: str, *, is_idle: bool) -> Iterator[list[Person]]:
    """Who is in line with something that may be drawn now, next first, a few at a time. They leave
    the line on the way of whom nothing waits."""
    start = 0
    while True:
        rows = _read(lane, is_idle, start)
        found, read, left = _persons(rows)
        yield found
        if read < AT_ONCE:
            return
        start += read - left


def admit_forgotten() -> int:
    """Have everybody in line of whom something waits, also where the rows came from elsewhere."""
    in_line = Turn.objects.in_line().filter(
        author_id=OuterRef("author_id"), lane=OuterRef("lane"), is_idle=OuterRef("is_idle")
    )
    rows = Job.objects.waiting().filter(~Exists(in_line)).order_by()
    forgotten = list(rows.values_list("author_id", "lane", "is_idle").distinct())
    for author_id, lane, is_idle in forgotten:
        Turn.objects.arrive(author_id, lane, is_idle)
    return len(forgotten)


def _read(lane: str, is_idle: bool, start: int) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        text = _text(connection.vendor, is_idle, settings.LOADED_FIRST_SECONDS)
        cursor.execute(text, {"lane": lane, "count": AT_ONCE, "start": start})
        return list(cursor.fetchall())


@cache
def _text(vendor: str, is_idle: bool, window: float) -> str:
    now, ago = CLOCKS[vendor]
    words = {"is_idle": "TRUE" if is_idle else "FALSE", "now": now}
    words["window_ago"] = ago.format(seconds=window)
    words["waits"] = WAITS.format(**words)
    for name, column in {"id": "id", "rank": "rank", "since": "waiting_since"}.items():
        words[f"head_{name}"] = HEAD.format(column=column, **words)
    return HEADS.format(**words)


def _persons(rows: list[tuple[Any, ...]]) -> tuple[list[Person], int, int]:
    """The people with something to draw; how many were read, and how many of them left."""
    persons: dict[int, Person] = {}
    waiting: set[int] = set()
    arrivals: dict[int, int] = {}
    for turn, author, tag, number, has_waited, model, job, clock in rows:
        if turn not in persons:
            persons[turn] = Person(turn, as_uuid(author), tag, bool(has_waited), clock, [])
        person = persons[turn]
        arrivals[turn] = number
        if model is not None:
            waiting.add(turn)
        if job is not None:
            person.heads.append(Head(as_uuid(model), as_uuid(job)))
    left = sum(_leave(turn, arrivals[turn]) for turn in persons.keys() - waiting)
    return [person for person in persons.values() if person.heads], len(persons), left


def _leave(turn: int, arrivals: int) -> int:
    """Out of the line, unless something of theirs has come since it was read."""
    rows = Turn.objects.filter(pk=turn, arrivals=arrivals)
    return rows.update(since=None, passed=None)
