"""Begins with what somebody else shared: a signed word carries which picture it was, until the
request is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.core import signing
from django.urls import reverse

from generation.models import Batch, Image, Publication, Remix

SALT = "generation.remix"
SECONDS = 24 * 3600  # how long a form may lie open


@dataclass(frozen=True)
class Origin:
    """What a remix says of the picture it began with: what everybody may know."""

    address: str = ""  # empty: it is not in the public gallery, or no longer
    name: str = ""


def word_of(image: Image) -> str:
    """For whoever was just allowed to remix it."""
    return signing.dumps(image.pk.hex, salt=SALT)


def picture_of(word: str) -> Image | None:
    """None for a word that is not ours, is too old, or of a picture that is no longer there."""
    try:
        known = signing.loads(word, salt=SALT, max_age=SECONDS)
    except signing.BadSignature:
        return None
    rows = Image.objects.visible().select_related("job__batch__model")
    return rows.filter(pk=UUID(known)).first()


def remember(image: Image, batches: Iterable[Batch]) -> None:
    """That these began with it. Asked again for the same request, nothing is said twice."""
    rows = [Remix(batch=batch, image=image) for batch in batches]
    Remix.objects.bulk_create(rows, ignore_conflicts=True)


def origin_of(batch: Batch) -> Origin | None:
    """None for what is no remix."""
    remix = Remix.objects.filter(batch=batch).first()
    if remix is None:
        return None
    rows = Publication.objects.shown().select_related("author").filter(image=remix.image_id)
    row = rows.first()
    return Origin(reverse("explore_one", args=[row.pk]), row.byline) if row else Origin()


def count_of(image: Image) -> int:
    """How many requests of others and of one's own began with it."""
    return Remix.objects.filter(image=image).count()
