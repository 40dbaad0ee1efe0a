"""The rows that the feed's cards are made of, by statements that are put together once."""

from itertools import chain
from uuid import UUID

from django.db.models import Exists, OuterRef, prefetch_related_objects

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
    return list(_PAGES[tuple(asked)](workspace=workspace, **asked))


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
    return (
        Batch.objects.filter(workspace=workspace)
        .visible()
        .annotate(
            open_comments=open_threads("batch"),
            has_inputs=Exists(Input.objects.filter(batch=OuterRef("pk"))),
        )
        .select_related("model", "cell__experiment", "author")
        .defer("cell__request", "cell__experiment__asked", "cell__experiment__axes")
    )


def _page_of(
    workspace: UUID, topic: UUID | None = None, before: UUID | None = None
) -> BatchQuerySet:
    rows = of(workspace).order_by("-id")
    rows = rows.filter(topic=topic) if topic else rows
    rows = rows.filter(pk__lt=before) if before else rows
    return rows[: (PAGE if before else NEWEST) + 1]


_PAGES: dict[tuple[str, ...], Rows[Batch]] = {
    names: Rows(_page_of, workspace=UUID, **dict.fromkeys(names, UUID))
    for names in ((), ("topic",), ("before",), ("topic", "before"))
}
_JOBS: Among[Job] = Among(
    lambda batches: (
        tiles.with_comments(Job.objects.filter(batch__in=batches))
        .select_related("image")
        .defer("image__recipe")
        .order_by("index")
    ),
    UUID,
)
