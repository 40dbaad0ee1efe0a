"""How the API says what a picture is: in a list, and by itself."""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any, NamedTuple
from uuid import UUID

from rest_framework.response import Response

from generation import retention
from generation.api.answers import file_url, file_urls, settings_answer
from generation.gallery.rooms import Rooms
from generation.models import Batch, Image, ImageTag
from pixazo import paging
from pixazo.api import DoorRequest
from pixazo.etags import etag
from pixazo.prepared import Rows


class OfBatch(NamedTuple):
    """What the list says of a picture's request."""

    id: UUID
    topic_id: UUID
    prompt: str
    mode: str


LISTED_OF_IMAGE = (
    *("id", "workspace_id", "job_id", "model_name", "width", "height", "bytes", "colour", "alt"),
    *("rating", "starred", "created", "deleted"),
)
# Of a list no models are made: each of fifty would be three, of which little is said.
LISTED = (*LISTED_OF_IMAGE, *(f"job__batch__{name}" for name in OfBatch._fields))


def listed(request: DoorRequest, rows: Sequence[Any], rooms: Rooms) -> list[dict[str, Any]]:
    urls = file_urls(request)
    slugs = {each.workspace_id: each.workspace.slug for each in rooms.memberships}
    tags = _tags_of_all([row.id for row in rows])
    return [
        _answer(
            row,
            OfBatch(*row[len(LISTED_OF_IMAGE) :]),
            slugs[row.workspace_id],
            tags.get(row.id, []),
            urls(row.id),
        )
        for row in rows
    ]


def _answer(
    image: Any, batch: Batch | OfBatch, workspace: str, tags: list[str], file: str
) -> dict[str, Any]:
    """`image` is one, or a row of a list."""
    return {
        "id": str(image.id),
        "workspace": workspace,
        "topic": str(batch.topic_id),
        "batch_id": str(batch.id),
        "job_id": str(image.job_id),
        "prompt": batch.prompt,
        "mode": batch.mode,
        "model": image.model_name,
        "width": image.width,
        "height": image.height,
        "bytes": image.bytes,
        "colour": image.colour,
        "alt": image.alt,
        "rating": image.rating,
        "starred": image.starred,
        "tags": tags,
        "created": image.created,
        "deleted": image.deleted,
        "file_url": file,
        "small_url": f"{file}?size=small",
    }


def told(request: DoorRequest, image: Image) -> Response:
    """All there is to know of one."""
    batch, tags = image.job.batch, tags_of(image)
    more = {
        "author": batch.author.username,
        "seed": image.job.seed,
        "settings": settings_answer(batch, image.job.seed),
        "kept_until": retention.kept_until(image),
        "remark": image.remark or None,
        "verdict": image.verdict,
        "recipe_hash": image.recipe_hash,
        "recipe": image.recipe,
    }
    said = _answer(image, batch, image.workspace.slug, tags, file_url(request, image))
    return Response(said | more, headers={"ETag": tag(image, tags)})


def tag(image: Image, tags: list[str]) -> str:
    marks = (image.rating, image.starred, image.alt, image.deleted)
    return etag(str(image.pk), tags, str(image.job.batch.topic_id), *marks)


def tags_of(image: Image) -> list[str]:
    return [name for (name,) in _TAGS(image=image.pk)]


def _tags_of_all(images: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Of those that have any."""
    tags: dict[UUID, list[str]] = defaultdict(list)
    size = next(size for size in _TAGS_OF_ALL if size >= len(images))
    if images:
        # Who is named twice is found once.
        ids = dict(zip(_places(size), chain(images, repeat(images[-1])), strict=False))
        for image, name in _TAGS_OF_ALL[size](**ids):
            tags[image if isinstance(image, UUID) else UUID(image)].append(name)
    return tags


def _places(size: int) -> list[str]:
    return [f"image_{number}" for number in range(size)]


def _rows_of_all(size: int) -> Rows[Any]:
    return Rows(
        lambda **images: ImageTag.objects.filter(image__in=list(images.values())).values_list(
            "image_id", "name"
        ),
        planned_once=True,
        **dict.fromkeys(_places(size), UUID),
    )


# By how many pictures a list has at most: the usual, what most ask for, the longest there is.
_TAGS_OF_ALL = {size: _rows_of_all(size) for size in (20, paging.USUAL, paging.MOST)}
_TAGS: Rows[Any] = Rows(
    lambda image: ImageTag.objects.filter(image=image).values_list("name"),
    planned_once=True,
    image=UUID,
)
