from django.db import migrations

import pixazo.encrypted


def forget(apps, schema_editor):
    """Plain ones: each is kept for a day only."""
    apps.get_model("pixazo", "Answered").objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ("pixazo", "0005_answered"),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveField(model_name="answered", name="body"),
        migrations.AddField(
            model_name="answered",
            name="body",
            field=pixazo.encrypted.EncryptedTextField(help_text="JSON, as it was sent.", null=True),
        ),
    ]
