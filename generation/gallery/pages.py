"""The gallery by the page: by what comes after a picture, so that the last is as quick as any."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.db.models import Q, QuerySet

from generation.gallery.filters import uuid_or_none
from generation.models import Image

PAGE = 60


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
    size = size or PAGE
    by = {"oldest": ("id",), "rating": ("-rating", "-id")}.get(order, ("-id",))
    rows: QuerySet[Image, Any] = _after(images, order, after).order_by(*by)
    rows = rows.values_list(*columns, named=True) if columns else rows.defer("recipe")
    found = list(rows[: size + 1])
    shown = found[:size]
    return Page(shown, _place(shown[-1], order) if len(found) > size else "")


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
