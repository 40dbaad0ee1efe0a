"""The database's own full-text index over what pictures are found by, and the words of those there are.

SQLite: a table of FTS5 that reads its text from generation_imagewords, kept by triggers. PostgreSQL:
an index of the text's words.
"""

from django.db import migrations

FTS5 = (
    """CREATE VIRTUAL TABLE generation_imagewords_fts USING fts5(
        text, content='generation_imagewords', content_rowid='id',
        tokenize='unicode61 remove_diacritics 2', prefix='2 3')""",
    """CREATE TRIGGER generation_imagewords_added AFTER INSERT ON generation_imagewords BEGIN
        INSERT INTO generation_imagewords_fts (rowid, text) VALUES (new.id, new.text);
    END""",
    """CREATE TRIGGER generation_imagewords_gone AFTER DELETE ON generation_imagewords BEGIN
        INSERT INTO generation_imagewords_fts (generation_imagewords_fts, rowid, text)
            VALUES ('delete', old.id, old.text);
    END""",
    """CREATE TRIGGER generation_imagewords_changed AFTER UPDATE ON generation_imagewords BEGIN
        INSERT INTO generation_imagewords_fts (generation_imagewords_fts, rowid, text)
            VALUES ('delete', old.id, old.text);
        INSERT INTO generation_imagewords_fts (rowid, text) VALUES (new.id, new.text);
    END""",
)
TSVECTOR = (
    """CREATE INDEX generation_imagewords_found ON generation_imagewords
        USING gin (to_tsvector('simple', text))""",
)
UNDO = {
    "sqlite": (
        "DROP TRIGGER generation_imagewords_added",
        "DROP TRIGGER generation_imagewords_gone",
        "DROP TRIGGER generation_imagewords_changed",
        "DROP TABLE generation_imagewords_fts",
    ),
    "postgresql": ("DROP INDEX generation_imagewords_found",),
}
AT_ONCE = 500


def make_index(apps, schema_editor):
    for statement in FTS5 if schema_editor.connection.vendor == "sqlite" else TSVECTOR:
        schema_editor.execute(statement)


def drop_index(apps, schema_editor):
    for statement in UNDO[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def write_words(apps, schema_editor):
    Image, Words = apps.get_model("generation", "Image"), apps.get_model("generation", "ImageWords")
    rows = []
    for image in Image.objects.only("recipe", "model_name", "alt").iterator(AT_ONCE):
        recipe = image.recipe
        parts = (recipe.get("prompt", ""), image.model_name, str(recipe.get("seed", "")), image.alt)
        rows.append(
            Words(image=image, text="\n".join(part for part in dict.fromkeys(parts) if part))
        )
        if len(rows) == AT_ONCE:
            Words.objects.bulk_create(rows)
            rows = []
    Words.objects.bulk_create(rows)


class Migration(migrations.Migration):
    dependencies = [("generation", "0011_gallery")]

    operations = [
        migrations.RunPython(make_index, drop_index),
        migrations.RunPython(write_words, migrations.RunPython.noop),
    ]
