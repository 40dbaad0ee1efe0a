"""The one door to the database's own full-text search: SQLite's FTS5, PostgreSQL's tsvector."""

import re
from collections.abc import Iterable
from uuid import UUID

from django.db import connection, models
from django.db.models.expressions import RawSQL

from generation.models import Image, ImageWords

MOST = 12  # words of a search
TERM = re.compile(r"\w+", re.UNICODE)
FTS5 = """SELECT words.image_id FROM generation_imagewords_fts AS fts
JOIN generation_imagewords AS words ON words.id = fts.rowid
WHERE generation_imagewords_fts MATCH %s"""
TSVECTOR = """SELECT image_id FROM generation_imagewords
WHERE to_tsvector('simple', text) @@ to_tsquery('simple', %s)"""


def matching(images: "models.QuerySet[Image]", sought: str) -> "models.QuerySet[Image]":
    """Those that have all the words, or words that begin so. Without words all of them."""
    terms = TERM.findall(sought.lower())[:MOST]
    if not terms:
        return images
    if connection.vendor == "sqlite":
        query = " ".join(f'"{term}"*' for term in terms)
        return images.filter(pk__in=RawSQL(FTS5, [query]))  # noqa: S611  terms are words only  # nosec B611
    query = " & ".join(f"{term}:*" for term in terms)
    return images.filter(pk__in=RawSQL(TSVECTOR, [query]))  # noqa: S611  likewise  # nosec B611


def write(images: Iterable[Image]) -> None:
    """Anew for these pictures, after their tags or descriptions changed."""
    rows = [ImageWords.of(image, [tag.name for tag in image.tags.all()]) for image in images]
    ImageWords.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["image"], update_fields=["text"]
    )


def write_for(pks: Iterable[UUID]) -> None:
    # In one order, as whoever changes rows does (pixazo/in_order.py).
    write(Image.objects.filter(pk__in=list(pks)).order_by("pk").prefetch_related("tags"))
