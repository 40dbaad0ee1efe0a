"""The latest preview frame of a job that is being drawn; gone when it ends."""

from django.db import models


class Preview(models.Model):
    job = models.OneToOneField(
        "generation.Job", models.CASCADE, primary_key=True, related_name="preview"
    )
    number = models.PositiveIntegerField(help_text="Raised by each frame, so that a page knows.")
    webp = models.BinaryField(help_text="At most 256 px on the longer side.")

    def __str__(self) -> str:
        return f"{self.job_id}, frame {self.number}"
