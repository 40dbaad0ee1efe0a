"""A person's place in a lane's fair order, and whether they paused their own queue."""

from django.conf import settings
from django.db import models


class Turn(models.Model):
    """The lower the tag, the sooner the person's next picture (start-time fair queueing).

    A claim raises it by the work taken, divided by the weight of the person's plan.
    """

    author_id = models.UUIDField()
    lane = models.CharField(max_length=10)
    tag = models.FloatField(default=0.0, help_text="In seconds of work.")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["author_id", "lane"], name="turn_once_per_lane"),
        )

    def __str__(self) -> str:
        return f"{self.author_id} in {self.lane}: {self.tag:.1f}"


class Pause(models.Model):
    """While it exists, no picture of this person is begun."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, primary_key=True, related_name="pause"
    )
    since = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.user} since {self.since}"
