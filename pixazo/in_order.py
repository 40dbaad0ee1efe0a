"""Locks several rows in the order of their primary keys: two processes that change some of the same
rows then wait for each other, and never each for the other (a deadlock, which PostgreSQL ends by
refusing one of them)."""

from typing import Any

from django.db.models import QuerySet


def lock(rows: QuerySet[Any], *, going: bool = False) -> list[Any]:
    """Their primary keys. In a transaction; `rows` may join nothing, else more would be locked.

    `going`: they are about to be deleted, so that whoever just refers to one is waited for, too.
    """
    locked = rows.order_by("pk").select_for_update(no_key=not going)
    return list(locked.values_list("pk", flat=True))
