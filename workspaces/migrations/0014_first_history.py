"""What is there already has a first version, or its next change could not be undone."""

from django.db import migrations

# Whose row each is.
BY = {
    "SavedPrompt": "owner_id",
    "Style": "owner_id",
    "Theme": "owner_id",
    "Topic": "author_id",
    "WordList": "owner_id",
    "Workspace": "owner_id",
}
AT_ONCE = 500


def begin(apps, schema_editor):
    for name, by in BY.items():
        versions = apps.get_model("workspaces", f"Historical{name}")
        own = {"history_id", "history_date", "history_change_reason", "history_type"}
        names = [f.attname for f in versions._meta.fields if f.attname not in own]  # noqa: SLF001
        names.remove("history_user_id")
        portion = []
        for row in apps.get_model("workspaces", name).objects.iterator(AT_ONCE):
            known = {each: getattr(row, each) for each in names}
            portion.append(
                versions(
                    **known,
                    history_date=row.created,
                    history_type="+",
                    history_user_id=getattr(row, by),
                )
            )
            if len(portion) == AT_ONCE:
                versions.objects.bulk_create(portion)
                portion = []
        versions.objects.bulk_create(portion)


class Migration(migrations.Migration):
    dependencies = [("workspaces", "0013_history")]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
