"""What each job takes, which was its model's weight until now."""

from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    Job = apps.get_model("generation", "Job")
    ImageModel = apps.get_model("generation", "ImageModel")
    weight = ImageModel.objects.filter(pk=OuterRef("model_id")).values("units")[:1]
    Job.objects.update(units=Subquery(weight))


class Migration(migrations.Migration):

    dependencies = [
        ('generation', '0002_engine'),
    ]

    operations = [
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
