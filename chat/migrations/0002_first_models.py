"""The names that the chat begins with. Nobody answers by them until a provider has an address."""

from django.db import migrations

MODELS = (
    ("grok-3-auto", "Grok 3 Auto"),
    ("grok-3-fast", "Grok 3 Fast"),
    ("grok-4", "Grok 4"),
    ("grok-4-mini-thinking-tahoe", "Grok 4 Mini Thinking"),
)


def add(apps, schema_editor):
    provider, _ = apps.get_model("chat", "ChatProvider").objects.get_or_create(
        slug="grok", defaults={"name": "Grok"}
    )
    for position, (slug, name) in enumerate(MODELS):
        apps.get_model("chat", "ChatModel").objects.get_or_create(
            slug=slug, defaults={"name": name, "provider": provider, "position": position}
        )


class Migration(migrations.Migration):

    dependencies = [
        ('chat', '0001_initial'),
    ]

    operations = [
        migrations.RunPython(add, migrations.RunPython.noop, elidable=False),
    ]
