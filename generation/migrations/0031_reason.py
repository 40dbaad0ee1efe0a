from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generation', '0030_model_aliases'),
    ]

    operations = [
        migrations.AddField(
            model_name='batch',
            name='reason',
            field=models.JSONField(editable=False, help_text='What was taken of a proposal, and why; see reason.py.', null=True),
        ),
    ]
