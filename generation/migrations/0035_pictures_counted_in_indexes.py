from django.db import migrations, models

from pixazo.migrating import AddIndexBeside


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("generation", "0034_unfinished_jobs"),
    ]

    operations = [
        AddIndexBeside(
            model_name="image",
            index=models.Index(
                condition=models.Q(("deleted", None)), fields=["job"], name="image_shown_of_job"
            ),
        ),
        AddIndexBeside(
            model_name="job",
            index=models.Index(fields=["batch", "id"], name="job_of_batch"),
        ),
    ]
