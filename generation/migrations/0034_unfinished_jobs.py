from django.db import migrations, models

from pixazo.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("generation", "0033_request_of_an_experiment"),
    ]

    operations = [
        AddIndexBeside(
            model_name="job",
            index=models.Index(
                condition=models.Q(("state__in", ["queued", "preparing", "running", "saving"])),
                fields=["batch"],
                name="job_unfinished",
            ),
        ),
    ]
