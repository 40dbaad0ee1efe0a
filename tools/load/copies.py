"""Very many pictures at once: the rows of one request, copied for people in turn.

Django makes a model of each row and asks each of its fields, which takes minutes for what takes
seconds here. Runs inside the site's settings.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Model, QuerySet

from generation.models import Batch, Image, ImageWords, Job
from pixazo.ids import uuid7
from pixazo.prepared import adapted
from workspaces.models import Workspace

AT_ONCE = 500  # requests whose rows are in memory

Row = dict[str, Any]  # by column, as the database says it


def copy(sample: Batch, homes: Sequence[Workspace], requests: int) -> None:
    """So many requests like this one with all their pictures, for each workspace's owner in turn:
    in the tables, too, the pictures of one person are not side by side."""
    pattern = _Pattern(sample)
    topics = {home.pk: home.default_topic.pk for home in homes}
    for begin in range(0, requests, AT_ONCE):
        made: dict[type[Model], list[Row]] = {Batch: [], Job: [], Image: [], ImageWords: []}
        for number in range(begin, min(begin + AT_ONCE, requests)):
            home = homes[number % len(homes)]
            pattern.add(made, home, topics[home.pk])
        with transaction.atomic():
            for model, rows in made.items():
                _insert(model, rows)


class _Pattern:
    def __init__(self, sample: Batch) -> None:
        images = Image.objects.filter(job__batch=sample)
        (self.batch,) = _rows(Batch.objects.filter(pk=sample.pk))
        self.jobs = _rows(Job.objects.filter(batch=sample))
        self.images = {row["job_id"]: row for row in _rows(images)}
        words = _rows(ImageWords.objects.filter(image__in=images))
        self.words = {row["image_id"]: row["text"] for row in words}

    def add(self, made: dict[type[Model], list[Row]], home: Workspace, topic: UUID) -> None:
        batch, owner, place = _said(uuid7()), _said(home.owner_id), _said(home.pk)
        whose = {"author_id": owner, "workspace_id": place, "topic_id": _said(topic)}
        made[Batch].append(self.batch | whose | {"id": batch})
        for was in self.jobs:
            job, image, of = uuid7(), _said(uuid7()), self.images[was["id"]]
            made[Job].append(was | {"id": _said(job), "batch_id": batch, "author_id": owner})
            known = {"id": image, "job_id": _said(job), "workspace_id": place}
            made[Image].append(of | known | _files(job))
            made[ImageWords].append({"image_id": image, "text": self.words[of["id"]]})


def _files(job: UUID) -> Row:
    """As `bench.fill` names them, which draws some."""
    name = f"generated/bench/bench/{job}"
    return {
        "original": f"{name}.png",
        "medium": f"{name}.medium.webp",
        "small": f"{name}.small.webp",
    }


def _said(value: Any) -> Any:
    return adapted(value, connection)


def _rows(rows: QuerySet[Any]) -> list[Row]:
    fields = rows.model._meta.concrete_fields  # noqa: SLF001  documented
    named = rows.order_by("pk").values_list(*[field.attname for field in fields])
    with connection.cursor() as cursor:
        cursor.execute(*named.query.sql_with_params())
        columns = [field.column for field in fields]
        return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]


def _insert(model: type[Model], rows: Sequence[Row]) -> None:
    columns = list(rows[0])
    names = ", ".join(map(connection.ops.quote_name, columns))
    values = ", ".join(["%s"] * len(columns))
    table = model._meta.db_table  # noqa: SLF001  documented
    sql = f"INSERT INTO {table} ({names}) VALUES ({values})"  # our own names  # nosec B608
    with connection.cursor() as cursor:
        cursor.executemany(sql, [tuple(row.values()) for row in rows])
