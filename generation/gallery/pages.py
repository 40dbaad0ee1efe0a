"""The gallery by the page: by what comes after a picture, so that the last is as quick as any."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from generation.gallery.filters import uuid_or_none
from generation.models import Image
from pixazo.prepared import Among

FIRST = 24  # that a page begins with; it fetches the others as they are scrolled to
PAGE = 60
SHOWN = (
    *("created", "workspace", "original", "medium", "small", "width", "height", "colour"),
    *("alt", "rating", "starred"),
)


@dataclass(frozen=True)
class Day:
    date: datetime.date
    images: Sequence[Image]


@dataclass(frozen=True)
class Page:
    images: list[Any]
    after: str  # what the next page is asked for with; "" at the end

    @property
    def days(self) -> list[Day]:
        """Under their dates (UTC), in the order of the page."""
        groups = groupby(self.images, key=lambda image: image.created.date())
        return [Day(date, list(images)) for date, images in groups]


def page(
    images: QuerySet[Image],
    order: str,
    after: str,
    size: int | None = None,
    columns: Sequence[str] = (),
) -> Page:
    """Of named `columns` alone, `id` and `rating` among them: rows of these in place of models."""
    size = size or (PAGE if after else FIRST)
    by = {"oldest": ("id",), "rating": ("-rating", "-id")}.get(order, ("-id",))
    rows: QuerySet[Image, Any] = _after(images, order, after).order_by(*by)
    rows = rows.values_list(*columns, named=True) if columns else rows.defer("recipe")
    found = list(rows[: size + 1])
    shown = found[:size]
    return Page(shown, _place(shown[-1], order) if len(found) > size else "")


def newest(rooms: Sequence[UUID], after: str) -> Page:
    """Of all that these workspaces show, with what a page of pictures says of each: what most
    people look at, by a statement that is put together once."""
    pk = uuid_or_none(after)
    found, size = (_AFTER(rooms, after=pk), PAGE) if pk else (_NEWEST(rooms), FIRST)
    shown = found[:size]
    return Page(list(shown), _place(shown[-1], "newest") if len(found) > size else "")


def _newest_in(rooms: Sequence[UUID], after: UUID | None = None) -> QuerySet[Image]:
    return _in_order(rooms, after).only(*SHOWN)[: (PAGE if after else FIRST) + 1]


def _in_order(rooms: Sequence[UUID], after: UUID | None) -> QuerySet[Image]:
    rows = Image.objects.visible().filter(workspace_id__in=rooms)
    return (rows.filter(pk__lt=after) if after else rows).order_by("-id")


_NEWEST: Among[Image] = Among(_newest_in, UUID)
_AFTER: Among[Image] = Among(_newest_in, UUID, after=UUID)


class Newest:
    """The newest of all that some workspaces show, so many of them, as rows of named `columns`: by
    statements that are put together once."""

    def __init__(self, size: int, columns: Sequence[str]) -> None:
        def rows(rooms: Sequence[UUID], after: UUID | None = None) -> QuerySet[Image, Any]:
            return _in_order(rooms, after).values_list(*columns, named=True)[: size + 1]

        self.size = size
        self.first: Among[Any] = Among(rows, UUID)
        self.following: Among[Any] = Among(rows, UUID, after=UUID)

    def page(self, rooms: Sequence[UUID], after: str) -> Page:
        pk = uuid_or_none(after)
        found = list(self.following(rooms, after=pk) if pk else self.first(rooms))
        shown = found[: self.size]
        return Page(shown, _place(shown[-1], "newest") if len(found) > self.size else "")


def is_place(after: str, order: str) -> bool:
    """Whether it is what a page of this order may have said."""
    rating, _, text = after.rpartition("-") if order == "rating" else ("0", "", after)
    return uuid_or_none(text) is not None and rating in set("012345")


def _after(images: QuerySet[Image], order: str, after: str) -> QuerySet[Image]:
    rating, _, text = after.rpartition("-") if order == "rating" else ("", "", after)
    pk = uuid_or_none(text)
    if pk is None:
        return images
    if order == "oldest":
        return images.filter(pk__gt=pk)
    if order == "rating" and rating.isdigit():
        return images.filter(Q(rating__lt=int(rating)) | Q(rating=int(rating), pk__lt=pk))
    return images.filter(pk__lt=pk)


def _place(image: Any, order: str) -> str:
    return f"{image.rating}-{image.id.hex}" if order == "rating" else str(image.id.hex)
