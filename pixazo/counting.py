"""Counts of several kinds in one statement: each part is read in the index that holds it."""

from typing import Any

from django.db.models import IntegerField, QuerySet, Subquery


class Rows(Subquery):
    """How many rows another query has: `queryset.annotate(jobs=Rows(Job.objects.waiting()))`."""

    empty_result_set_value = 0
    template = "(SELECT count(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()

    def __init__(self, rows: QuerySet[Any], column: str = "pk") -> None:
        """`column` is one that the index has, where it isn't the row's key."""
        super().__init__(rows.order_by().values(column))
