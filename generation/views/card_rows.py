"""The rows that the feed's cards are made of, by statements that are put together once."""

from itertools import chain
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, prefetch_related_objects

from generation.models import Batch, ImageModel, Input, Job
from generation.models.batch import BatchQuerySet
from generation.models.picture_comment import open_threads
from generation.views import tiles
from pixazo.prepared import Among, Rows
from workspaces.models import Workspace

# Cards and pictures that a page begins with: more than any screen shows, and soon there.
NEWEST, PICTURES = 10, 24
PAGE = 20


def page(workspace: UUID, topic: UUID | None, before: UUID | None) -> list[Batch]:
    """One more than a page has at most, the newest first."""
    values = {"topic": topic, "before": before}
    asked = {name: value for name, value in values.items() if value}
    # To plan such a statement takes the database longer than to answer it. Which rows they are is
    # planned for each workspace, what goes with them once for all.
    named = _PAGES[tuple(asked)](workspace=workspace, **asked)
    return list(_CARDS([row.pk for row in named]))


def jobs_of(workspace: Workspace, batches: list[Batch]) -> dict[UUID, list[Job]]:
    """The jobs of each, with their pictures. What many of them share is there once, so that a
    model's contract is not read for each picture."""
    known: dict[UUID, ImageModel] = {}
    by_pk = {batch.pk: batch for batch in batches}
    for batch in batches:
        batch.workspace = workspace
        batch.model = known.setdefault(batch.model_id, batch.model)
    found: dict[UUID, list[Job]] = {pk: [] for pk in by_pk}
    for job in _JOBS(list(by_pk)):
        job.batch = by_pk[job.batch_id]
        if job.model_id in known:
            job.model = known[job.model_id]
        found[job.batch_id].append(job)
    prefetch_related_objects(list(chain.from_iterable(found.values())), "model")
    return found


def of(workspace: UUID) -> BatchQuerySet:
    return _shown(Batch.objects.filter(workspace=workspace).visible())


def _shown(rows: BatchQuerySet) -> BatchQuerySet:
    """With what a card says of each."""
    return (
        rows.annotate(
            open_comments=open_threads("batch"),
            has_inputs=Exists(Input.objects.filter(batch=OuterRef("pk"))),
        )
        .select_related("model", "cell__experiment", "author")
        .defer("cell__request", "cell__experiment__asked", "cell__experiment__axes")
    )


def _page_of(
    workspace: UUID, topic: UUID | None = None, before: UUID | None = None
) -> QuerySet[Batch, Any]:
    rows = Batch.objects.filter(workspace=workspace).visible().order_by("-id")
    rows = rows.filter(topic=topic) if topic else rows
    rows = rows.filter(pk__lt=before) if before else rows
    return rows.values_list("pk", named=True)[: (PAGE if before else NEWEST) + 1]


_PAGES: dict[tuple[str, ...], Rows[Any]] = {
    names: Rows(_page_of, planned_once=False, workspace=UUID, **dict.fromkeys(names, UUID))
    for names in ((), ("topic",), ("before",), ("topic", "before"))
}
_CARDS: Among[Batch] = Among(
    # Also what has gone to the trash since it was named: a shorter page would look like the last.
    lambda named: _shown(Batch.objects.filter(pk__in=named)).order_by("-id"),
    UUID,
    planned_once=True,
)
_JOBS: Among[Job] = Among(
    lambda batches: (
        tiles.with_comments(Job.objects.filter(batch__in=batches))
        .select_related("image")
        .defer("image__recipe")
        .order_by("index")
    ),
    UUID,
    planned_once=True,
)
