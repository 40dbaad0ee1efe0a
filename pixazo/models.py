"""What every room stands on: ids that sort by time, and the table of events."""

from django.db import models

from pixazo.ids import uuid7


class TimeOrdered(models.Model):
    """A row whose id sorts by creation and may appear in URLs, the API and file names."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created = models.DateTimeField(auto_now_add=True, editable=False)

    class Meta:
        abstract = True


class Event(models.Model):
    """*What* changed, for open pages; they re-fetch the fragment. Kept for an hour."""

    channel = models.CharField(max_length=64)
    kind = models.CharField(max_length=32)
    subject = models.CharField(max_length=100, help_text="A job is `batch id/job id`.")
    created = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        indexes = (models.Index(fields=["channel", "id"]),)

    def __str__(self) -> str:
        return f"{self.channel}: {self.kind} {self.subject}"
