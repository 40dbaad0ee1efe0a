"""A worker as it last reported itself: for /api/health, the queue's site line and staff."""

from datetime import timedelta

from django.db import models
from django.utils.timezone import now


class WorkerQuerySet(models.QuerySet["Worker"]):
    def alive(self) -> "WorkerQuerySet":
        return self.filter(seen__gt=now() - timedelta(seconds=20))


class Worker(models.Model):
    name = models.CharField(max_length=100, unique=True)
    lanes = models.CharField(max_length=100)
    device = models.CharField(max_length=100, blank=True)
    precision = models.CharField(max_length=10, blank=True)
    loaded_model = models.CharField(max_length=50, blank=True, help_text="Slug of the model.")
    loaded_models = models.JSONField(default=list, help_text="Slugs, latest used first.")
    memory_used = models.PositiveBigIntegerField(null=True, help_text="Bytes, of the device.")
    memory_total = models.PositiveBigIntegerField(null=True)
    last_step = models.CharField(max_length=50, blank=True, help_text="Such as 7/20.")
    trouble = models.CharField(
        max_length=200, blank=True, help_text="Why it takes no jobs at present."
    )
    busy = models.BooleanField(default=False)
    seen = models.DateTimeField(db_index=True)

    objects = WorkerQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name
