"""A session of work inside a workspace."""

from django.db import models

from pixazo.models import TimeOrdered


class Topic(TimeOrdered):
    DEFAULT_NAME = "First topic"

    workspace = models.ForeignKey("workspaces.Workspace", models.CASCADE, related_name="topics")
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ("-created",)

    def __str__(self) -> str:
        return self.name
