"""What a nightly look at Stripe has found, and mended."""

from django.db import models
from django.utils.timezone import now


class Reconciliation(models.Model):
    started = models.DateTimeField(auto_now_add=True)
    finished = models.DateTimeField(null=True)
    missed = models.PositiveIntegerField(default=0, help_text="Events that never came.")
    found = models.JSONField(default=list, help_text="Each difference, in a sentence.")
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"Reconciliation of {self.started:%Y-%m-%d %H:%M}"

    def finish(self, error: str = "") -> None:
        self.finished = now()
        self.error = error[:500]
        self.save()
