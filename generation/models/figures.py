"""What became of pictures, added up once, so that nobody counts a hundred thousand jobs to know.

Made anew from the jobs as often as one likes (`generation/figures/rolling.py`); kept when these go.
"""

from django.conf import settings
from django.db import models

from billing.units import UnitsField
from generation.models.image_model import ImageModel


class HourFigures(models.Model):
    """One hour of one model. It says nothing of anybody."""

    start = models.DateTimeField(help_text="The beginning of the hour (UTC).")
    model = models.ForeignKey(ImageModel, models.CASCADE, related_name="figures")
    ends = models.JSONField(default=dict, help_text="How many jobs ended in which state.")
    codes = models.JSONField(default=dict, help_text="Error code: how many, and one job's id.")
    waits = models.JSONField(default=dict, help_text="Seconds from asking to drawing, in classes.")
    draws = models.JSONField(default=dict, help_text="Seconds of drawing, in classes.")
    styles = models.JSONField(default=dict, help_text="The site's styles, how often each.")
    units = UnitsField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0, help_text="Dollars.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["start", "model"], name="figures_once_per_hour"),
        )

    def __str__(self) -> str:
        return f"{self.model_id} {self.start:%Y-%m-%d %H}"


class DayUsage(models.Model):
    """What one person had drawn by one model on one day; goes with the person."""

    day = models.DateField(help_text="UTC.")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="usage")
    model = models.ForeignKey(ImageModel, models.CASCADE, related_name="usage")
    made = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0, help_text="Or held back, or expired.")
    units = UnitsField(default=0)
    cost = models.DecimalField(max_digits=12, decimal_places=6, default=0, help_text="Dollars.")
    seconds = models.FloatField(default=0.0, help_text="Of drawing.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["user", "day", "model"], name="usage_once_per_day"),
        )
        indexes = (models.Index(fields=["day"], name="usage_of_day"),)

    def __str__(self) -> str:
        return f"{self.user_id} {self.day}"
