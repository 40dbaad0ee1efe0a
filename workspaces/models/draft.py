"""What a person has written in a topic and not asked for yet. It follows them to other devices."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models, transaction
from django.db.models import F

from pixazo.models import TimeOrdered
from pixazo.prepared import Rows
from workspaces.models.topic import Topic


@dataclass(frozen=True)
class Written:
    prompt: str
    version: int  # 0: nothing was written yet


class DraftQuerySet(models.QuerySet["Draft"]):
    def of(self, topic: Topic, user: Any) -> Written:
        row = _WRITTEN.first(topic=topic.pk, user=user.pk)
        return Written(row.prompt, row.version) if row else Written("", 0)

    @transaction.atomic
    def write(self, topic: Topic, user: Any, prompt: str, version: int) -> Written | None:
        """Keep the prompt over the version that it was written on; the new one.

        None where another tab or device was first: nothing is kept, so that neither is lost.
        """
        if version == 0:
            row = Draft(topic=topic, user=user, prompt=prompt, version=1)
            Draft.objects.bulk_create([row], ignore_conflicts=True)
            # The other one's row has another id.
            return Written(prompt, 1) if self.filter(pk=row.pk).exists() else None
        mine = self.filter(topic=topic, user=user, version=version)
        if not mine.update(prompt=prompt, version=F("version") + 1):
            return None
        return Written(prompt, version + 1)


class Draft(TimeOrdered):
    LONGEST = 20_000

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="drafts")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts")
    prompt = models.TextField(max_length=LONGEST, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["topic", "user"], name="draft_once"),)

    def __str__(self) -> str:
        # Staff's lists show it: what people write stays out of them.
        return f"Draft {self.pk}"


_WRITTEN: Rows[Draft] = Rows(
    lambda topic, user: Draft.objects.filter(topic=topic, user=user),
    planned_once=True,
    topic=UUID,
    user=UUID,
)
