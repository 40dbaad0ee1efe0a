"""Operations for migrations that may be cut off at any point."""

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from pixazo.migrating import AddIndexBeside


@pytest.mark.django_db(transaction=True)
def test_an_index_that_was_cut_off_is_built_again():
    indexes = apps.get_model("generation", "Job")._meta.indexes
    index = next(each for each in indexes if each.name == "job_unfinished")
    state = MigrationLoader(connection).project_state()
    with connection.schema_editor(atomic=False) as editor:
        # It is there already, as one is that was built and not noted, or built by half.
        AddIndexBeside("job", index).database_forwards("generation", editor, state, state)
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "generation_job")
    assert found["job_unfinished"]["columns"] == ["batch_id"]
