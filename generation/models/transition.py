"""The history of a job's states, append-only: what the invariants are checked against."""

from django.db import models

from generation.models.states import State


class Transition(models.Model):
    job = models.ForeignKey("generation.Job", models.CASCADE, related_name="transitions")
    state = models.CharField(max_length=10, choices=State)
    attempt = models.PositiveSmallIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True)
    note = models.CharField(max_length=200, blank=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.get_state_display()} (attempt {self.attempt})"
