"""Fills in the covers of workspaces: the newest pictures, how many, and what is being drawn."""

import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from generation.models import Image, Job, Pause, State
from workspaces.covers import Cover, Picture, register
from workspaces.models import Workspace

SHOWN = 3


@register
def covers_of(workspaces: Iterable[Workspace]) -> dict[uuid.UUID, Cover]:
    """Five queries for any number of workspaces."""
    ids = [workspace.pk for workspace in workspaces]
    # Counted in an index, less the little that is in the trash with its batch: a look at every
    # picture's batch would cost more with each picture.
    images = Counter(
        dict(_counted(Image.objects.filter(workspace__in=ids, deleted=None), "workspace_id"))
    )
    trashed = Image.objects.filter(
        deleted=None, job__batch__workspace__in=ids, job__batch__deleted__isnull=False
    )
    images.subtract(dict(_counted(trashed, "job__batch__workspace_id")))
    unfinished = Job.objects.unfinished().filter(batch__workspace__in=ids, batch__deleted=None)
    work = {
        pk: (drawing, paused)
        for pk, drawing, paused in _counted(unfinished, "batch__workspace_id", paused=_PAUSED)
    }
    pictures = _newest(ids)
    return {pk: Cover(tuple(pictures.get(pk, ())), images[pk], *work.get(pk, (0, 0))) for pk in ids}


def _counted(rows: QuerySet[Any], by: str, **more: Count) -> Iterable[Any]:
    return rows.order_by().values_list(by).annotate(Count("pk"), **more)


_PAUSED = Count("pk", filter=Q(state=State.QUEUED, author_id__in=Pause.objects.values("user_id")))


def _newest(ids: list[uuid.UUID]) -> dict[uuid.UUID, list[Picture]]:
    """Each subquery walks an index from its newest end: a long gallery costs no more."""
    newest = Image.objects.visible().filter(workspace=OuterRef("pk")).order_by("-id").values("pk")
    places = {f"picture_{place}": Subquery(newest[place : place + 1]) for place in range(SHOWN)}
    shown = Workspace.objects.filter(pk__in=ids).order_by().values_list(*places.values())
    wanted = {pk for row in shown for pk in row if pk}
    pictures: dict[uuid.UUID, list[Picture]] = {}
    for image in Image.objects.filter(pk__in=wanted).order_by("-id"):
        picture = Picture(image.small_url, image.alt)
        pictures.setdefault(image.workspace_id, []).append(picture)
    return pictures
