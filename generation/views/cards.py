"""What the feed's cards show, read in a fixed number of queries however many cards there are."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Prefetch
from django.shortcuts import get_object_or_404

from generation import queue
from generation.estimate import range_for
from generation.models import Batch, Image, Job
from generation.models.batch import BatchQuerySet
from generation.views import found
from workspaces.access import WorkspaceRequest

PAGE = 20


@dataclass(frozen=True)
class Tile:
    """One picture's place on a card."""

    job: Job
    place: int | None = None  # in the queue, 1 is next
    wait: tuple[int, int] | None = None  # seconds until it is done, from and to

    @property
    def image(self) -> Image | None:
        return getattr(self.job, "image", None)

    @property
    def preview(self) -> int | None:
        """The number of the latest frame."""
        preview = getattr(self.job, "preview", None)
        return preview.number if preview else None


@dataclass(frozen=True)
class Card:
    batch: Batch
    tiles: list[Tile]
    may_change: bool
    is_mine: bool

    @cached_property
    def units_held(self) -> int:
        return self._units(job for job in self._jobs if not job.is_finished)

    @cached_property
    def units_used(self) -> int:
        return self._units(job for job in self._jobs if job.state == Job.State.SUCCEEDED)

    @cached_property
    def units_returned(self) -> int:
        return self._units(self._jobs) - self.units_held - self.units_used

    @property
    def settings(self) -> str:
        """What "Reuse settings" puts into the form, as JSON with the form's names."""
        batch = self.batch
        return json.dumps(
            {
                "model": batch.model.slug,
                "prompt": batch.prompt,
                "negative_prompt": batch.negative_prompt,
                "width": batch.width,
                "height": batch.height,
                "count": batch.count,
                "num_inference_steps": batch.num_inference_steps,
                "guidance_scale": batch.guidance_scale,
            }
        )

    @property
    def _jobs(self) -> list[Job]:
        return [tile.job for tile in self.tiles]

    def _units(self, jobs: Iterable[Job]) -> int:
        return sum(job.units for job in jobs)


@dataclass(frozen=True)
class Page:
    cards: list[Card]
    older: UUID | None  # where the next page begins: `?before=`


def page(request: WorkspaceRequest, before: UUID | None) -> Page:
    """The newest cards, or those older than the batch `before`."""
    rows = _rows(request).order_by("-id")
    if before:
        rows = rows.filter(pk__lt=before)
    batches = list(rows[: PAGE + 1])
    older = batches[PAGE - 1].pk if len(batches) > PAGE else None
    return Page(_cards(request, batches[:PAGE]), older)


def card(request: WorkspaceRequest, pk: UUID) -> Card:
    """One card as it is now; 404 where the batch is in the trash."""
    return _cards(request, [get_object_or_404(_rows(request), pk=pk)])[0]


def tile(request: WorkspaceRequest, pk: UUID) -> tuple[Tile, bool]:
    """One tile as it is now, and whether the person may change it."""
    job = get_object_or_404(found.jobs(request), pk=pk)
    return _tiles([job])[0], found.may_change(request, job.batch)


def _rows(request: WorkspaceRequest) -> BatchQuerySet:
    jobs = Job.objects.select_related("image", "model").prefetch_related(found.PREVIEWS)
    return found.batches(request).visible().prefetch_related(Prefetch("jobs", jobs))


def _cards(request: WorkspaceRequest, batches: list[Batch]) -> list[Card]:
    jobs = [job for batch in batches for job in batch.jobs.all()]
    tiles = {tile.job.pk: tile for tile in _tiles(jobs)}
    return [
        Card(
            batch,
            [tiles[job.pk] for job in batch.jobs.all()],
            may_change=found.may_change(request, batch),
            is_mine=batch.author_id == request.user.pk,
        )
        for batch in batches
    ]


def _tiles(jobs: list[Job]) -> list[Tile]:
    places = queue.places(jobs)
    return [Tile(job, places.get(job.pk), _wait(job, places.get(job.pk))) for job in jobs]


def _wait(job: Job, place: int | None) -> tuple[int, int] | None:
    return None if job.is_finished else range_for(job, place or 0)
