"""What a migration may do while the release before still serves: one rule a line in
docs/upgrading.md, all of them looked at here. Those that had landed before there were rules are let
be; a later one that takes something away says since when nobody uses it:

    stopped_using = {"job.old_name": "0.4"}   # an attribute of its Migration class
"""

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations import operations
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.migration import Migration

from pixazo.migrating import AddIndexBeside, DataStep

pytestmark = pytest.mark.once
ROOMS = ("accounts", "billing", "chat", "generation", "pixazo", "workspaces")
# The last migration of each room before there were rules; nobody ran a release then.
BEFORE = {
    "accounts": "0012_webhook_failing_since",
    "billing": "0014_keys_by_exception",
    "chat": "0008_comments",
    "generation": "0032_request_id",
    "pixazo": "0006_answers_encrypted",
    "workspaces": "0017_workspace_trash",
}


def faults_of(migration):
    """Sentences about what the release before would not survive."""
    allowed = getattr(migration, "stopped_using", {})
    new = {each.name.lower() for each in migration.operations if is_new_table(each)}
    return [
        f"{migration}: {sentence}"
        for operation in migration.operations
        for sentence in _faults(operation, new, allowed)
    ]


def is_new_table(operation):
    return isinstance(operation, operations.CreateModel)


def _faults(operation, new, allowed):
    if isinstance(operation, operations.SeparateDatabaseAndState):
        for each in operation.database_operations:
            yield from _faults(each, new, allowed)
    elif isinstance(
        operation, operations.RenameModel | operations.RenameField | operations.AlterModelTable
    ):
        yield "the release before knows it by its old name: add, copy, and remove later"
    elif isinstance(operation, operations.DeleteModel):
        yield from gone(operation.name.lower(), allowed)
    elif isinstance(operation, operations.RunPython) and not isinstance(operation, DataStep):
        yield "rows are changed in one transaction: use DataStep"
    elif isinstance(operation, operations.RunSQL):
        yield "nobody can tell what SQL does: say it by operations"
    elif getattr(operation, "model_name", "").lower() not in new:
        yield from _faults_of_an_old_table(operation, allowed)


def _faults_of_an_old_table(operation, allowed):
    if isinstance(operation, operations.RemoveField):
        yield from gone(f"{operation.model_name_lower}.{operation.name_lower}", allowed)
    elif isinstance(operation, operations.AddField | operations.AlterField):
        if needs_a_value(operation.field):
            yield (
                f"{operation.model_name_lower}.{operation.name_lower} is NOT NULL, and the release"
                " before writes rows without it: give it a db_default"
            )
    elif isinstance(operation, operations.AddIndex) and not isinstance(operation, AddIndexBeside):
        yield f"{operation.index.name} locks its table: use AddIndexBeside"


def gone(name, allowed):
    if name not in allowed:
        yield f"{name} goes: say in stopped_using since when nobody uses it"


def needs_a_value(field):
    return not (
        field.null or field.many_to_many or field.has_db_default() or field.primary_key
    ) and not isinstance(field, models.GeneratedField)


def later():
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return [
        migration
        for (room, name), migration in sorted(loader.disk_migrations.items())
        if room in ROOMS and name > BEFORE[room]
    ]


def test_later_migrations_let_the_release_before_serve_on():
    assert [fault for migration in later() for fault in faults_of(migration)] == []


def test_those_before_there_were_rules_are_there():
    names = set(MigrationLoader(None).disk_migrations)
    assert set(BEFORE.items()) <= names
    assert set(BEFORE) == {each.label for each in apps.get_app_configs() if each.label in ROOMS}


TEXT = models.CharField(max_length=9, default="")
BAD = {
    "renamed": operations.RenameField("job", "error", "sentence"),
    "renamed model": operations.RenameModel("Job", "Work"),
    "another table": operations.AlterModelTable("job", "work"),
    "dropped": operations.RemoveField("job", "error"),
    "dropped model": operations.DeleteModel("Job"),
    "not null": operations.AddField("job", "word", TEXT),
    "made not null": operations.AlterField("job", "word", TEXT),
    "locking index": operations.AddIndex("job", models.Index(fields=["word"], name="job_word")),
    "all rows at once": operations.RunPython(lambda apps, schema: None),
    "sql": operations.RunSQL("ALTER TABLE job DROP COLUMN word"),
    "hidden": operations.SeparateDatabaseAndState([operations.RemoveField("job", "error")]),
}
FINE = {
    "with a default": operations.AddField(
        "job", "word", models.CharField(max_length=9, default="", db_default="")
    ),
    "nullable": operations.AddField("job", "word", models.CharField(max_length=9, null=True)),
    "index": AddIndexBeside("job", models.Index(fields=["word"], name="job_word")),
    "rows in batches": DataStep(lambda apps: None, lambda rows: None),
    "many to many": operations.AddField("job", "tags", models.ManyToManyField("Tag")),
}


@pytest.mark.parametrize("name", BAD)
def test_what_the_release_before_would_not_survive_is_found(name):
    assert len(faults_of(migration_of(BAD[name]))) == 1


@pytest.mark.parametrize("name", FINE)
def test_what_it_survives_is_let_be(name):
    assert faults_of(migration_of(FINE[name])) == []


def test_what_nobody_uses_any_more_may_go():
    migration = migration_of(BAD["dropped"])
    migration.stopped_using = {"job.error": "0.4"}
    assert faults_of(migration) == []


def test_a_new_table_is_its_migrations_own():
    table = operations.CreateModel("Job", [("id", models.AutoField(primary_key=True))])
    migration = migration_of(table, BAD["not null"], BAD["locking index"])
    assert faults_of(migration) == []


def migration_of(*steps):
    migration = Migration("0099_tried", "generation")
    migration.operations = list(steps)
    return migration


@pytest.mark.django_db(transaction=True)
def test_a_data_step_goes_on_where_it_was_cut():
    """A thousand rows at a time, each in a transaction of its own, and those only that wait."""
    from pixazo.models import Event

    Event.objects.bulk_create(Event(channel="old", kind="job", subject=str(n)) for n in range(25))
    sizes = []

    def rename(rows):
        sizes.append(len(rows))
        if len(sizes) == 2:
            raise ConnectionError("killed in the middle")
        Event.objects.filter(pk__in=[row.pk for row in rows]).update(channel="new")

    step = DataStep(lambda apps: Event.objects.filter(channel="old"), rename, most=10)
    with pytest.raises(ConnectionError):
        step.go(apps)
    assert Event.objects.filter(channel="new").count() == 10
    step.go(apps)
    assert Event.objects.filter(channel="new").count() == 25
    assert sizes == [10, 10, 10, 5]
