"""Begins with what somebody else shared: a signed word carries which picture it was, until the
request is made."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core import signing
from django.urls import reverse
from django.utils.translation import gettext_lazy

from accounts.models import User
from generation.models import Batch, Image, Publication, Remix, ShareLink
from generation.models.disclosure import Disclosure

WHY = gettext_lazy(
    "Sign in, or create an account, to remix this picture: it then waits in your studio."
)
SALT = "generation.remix"
SECONDS = 24 * 3600  # how long a form may lie open


@dataclass(frozen=True)
class Origin:
    """What a remix says of the picture it began with: what everybody may know."""

    address: str = ""  # empty: it is not in the public gallery, or no longer
    name: str = ""


def word_of(terms: Publication | ShareLink, user: User) -> str:
    """For somebody who was just allowed to remix it, and for nobody else."""
    return signing.dumps([_kind(terms), terms.pk.hex, user.pk.hex], salt=SALT)


def picture_of(word: str, user: User) -> Image | None:
    """None for a word that is not ours, is too old or somebody else's, and for a picture that may
    be remixed no longer."""
    try:
        kind, pk, whose = signing.loads(word, salt=SALT, max_age=SECONDS)
    except (signing.BadSignature, ValueError):
        return None
    if whose != user.pk.hex:
        return None
    rows: Any = Publication.objects.shown() if kind == "p" else ShareLink.objects.living()
    terms = rows.filter(pk=UUID(pk), level=Disclosure.REMIX).values("image")
    visible = Image.objects.visible().select_related("job__batch__model")
    return visible.filter(pk__in=terms).first()


def _kind(terms: Publication | ShareLink) -> str:
    return "p" if isinstance(terms, Publication) else "s"


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
