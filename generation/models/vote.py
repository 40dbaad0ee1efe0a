"""What somebody said of two pictures of an experiment, without knowing their settings."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from generation.models.cell import Cell
from generation.models.experiment import Experiment
from pixazo.models import TimeOrdered


class Vote(TimeOrdered):
    class Verdict(models.TextChoices):
        FIRST = "first", "The first is better"
        SECOND = "second", "The second is better"
        EQUAL = "equal", "Equal"
        SKIPPED = "skipped", "Skipped"

    experiment = models.ForeignKey(Experiment, models.CASCADE, related_name="votes")
    voter = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # By their places in the experiment, so that a pair has one order.
    first = models.ForeignKey(Cell, models.CASCADE, related_name="+")
    second = models.ForeignKey(Cell, models.CASCADE, related_name="+")
    verdict = models.CharField(max_length=10, choices=Verdict)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["experiment", "voter", "first", "second"], name="vote_once_per_pair"
            ),
            models.CheckConstraint(name="vote_in_order", condition=Q(first__lt=F("second"))),
        )

    def __str__(self) -> str:
        return f"{self.experiment_id}: {self.get_verdict_display()}"
