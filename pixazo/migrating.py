"""Operations for migrations beside which the release before serves on (docs/upgrading.md).

A migration with one of these says `atomic = False`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import AddIndex, RunPython
from django.db.models import QuerySet

MOST_ROWS = 1000

Rows = Callable[[Any], "QuerySet[Any]"]
Change = Callable[[Sequence[Any]], None]


class AddIndexBeside(AddIndex):
    """PostgreSQL builds it while others write; SQLite has one writer anyway. What was cut off goes
    again: PostgreSQL leaves a half one behind, and either database one that is not noted yet."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: Any,
        to_state: Any,
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        beside = {"concurrently": True} if connection.vendor == "postgresql" else {}
        with connection.cursor() as cursor:
            there = connection.introspection.get_constraints(cursor, model._meta.db_table)  # noqa: SLF001  its table
        if self.index.name in there:
            schema_editor.remove_index(model, self.index, **beside)
        schema_editor.add_index(model, self.index, **beside)


class DataStep(RunPython):
    """Rows that wait to be changed, so many at a time, each time in a transaction of its own.

    `rows` answers those that are not changed yet, so that what was cut goes on where it was.
    """

    atomic = False

    def __init__(self, rows: Rows, change: Change, most: int = MOST_ROWS) -> None:
        self.rows, self.change, self.most = rows, change, most
        super().__init__(self._forwards, RunPython.noop)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        return type(self).__name__, (self.rows, self.change), {"most": self.most}

    def _forwards(self, apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
        self.go(apps)

    def go(self, apps: Any) -> None:
        while True:
            with transaction.atomic():
                rows = list(self.rows(apps).order_by("pk")[: self.most])
                if rows:
                    self.change(rows)
            if len(rows) < self.most:
                return
