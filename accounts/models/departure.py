"""Somebody whose account is being deleted. The row goes with the last letter, and all is gone."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.timezone import now
from django.utils.translation import get_language

from pixazo.models import TimeOrdered

SILENT = timedelta(minutes=15)  # then whoever worked on it is dead


class DepartureQuerySet(models.QuerySet["Departure"]):
    def waiting(self) -> "DepartureQuerySet":
        """Nobody works on them."""
        return self.filter(Q(taken=None) | Q(taken__lt=now() - SILENT))


class Departure(TimeOrdered):
    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="departure"
    )
    email = models.EmailField(help_text="For the letter that says that it is done.")
    language = models.CharField(max_length=10, default=get_language)
    taken = models.DateTimeField(null=True, help_text="When somebody last began to work on it.")

    objects = DepartureQuerySet.as_manager()

    def __str__(self) -> str:
        # Without the address: it is in the log.
        return f"Departure {self.pk}"

    def claim(self) -> bool:
        """False if somebody else works on it."""
        rows: Any = type(self).objects.waiting().filter(pk=self.pk)
        return bool(rows.update(taken=Now()))
