"""A kept search of the gallery: a name and the address's own query."""

from django.conf import settings
from django.db import models

from pixazo.models import TimeOrdered


class SmartView(TimeOrdered):
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="smart_views")
    name = models.CharField(max_length=100)
    query = models.CharField(max_length=2000, help_text="As it stands in the address.")

    class Meta:
        ordering = ("name",)
        constraints = (models.UniqueConstraint(fields=["owner", "name"], name="smart_view_once"),)

    def __str__(self) -> str:
        return self.name
