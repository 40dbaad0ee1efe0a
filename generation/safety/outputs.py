"""The policy's look at a finished picture, before it is stored where anybody could see it."""

from django.conf import settings
from PIL.Image import Image

from generation.models import Job, SafetyCase
from generation.providers.errors import HeldBack
from generation.safety import cases, levels


def is_looked_at(level: str) -> bool:
    """Whether finished pictures are checked at this level; then previews show colours only."""
    return settings.CONTENT_SAFETY and level != levels.OFF


def check(job: Job, image: Image) -> None:
    """Raises `HeldBack`, with a case for staff, if the policy forbids the picture; another
    `ProviderError` if nobody could be asked: what was not looked at is not shown."""
    level = levels.level_for(job.batch.author)
    if not is_looked_at(level):
        return
    if SafetyCase.objects.is_allowed(job.author_id, cases.digest_of(job)):
        return
