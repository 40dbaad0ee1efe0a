"""What the gallery has of each kind, in one statement whose parts are read in indexes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from generation.gallery.rooms import Rooms
from generation.models import Image
from generation.queue import counting as queue
from pixazo.counting import Rows
from pixazo.prepared import Among


@dataclass(frozen=True)
class Counts:
    all: int
    starred: int
    rated: int
    trash: int
    going: int
    queue: queue.Counts  # asked for on the way: each page shows it, too


def counts(rooms: Rooms) -> Counts:
    """All is what is kept less what went with its batch: no look at each picture."""
    if not rooms.all:
        return Counts(0, 0, 0, 0, 0, queue.counts(rooms.user))
    [(kept, gone, starred, rated, going, thrown, *waiting)] = _COUNTS(rooms.all, user=rooms.user.pk)
    in_queue, in_trash = queue.Counts(*waiting), thrown + gone
    return Counts(kept - gone, starred, rated, in_trash, going, in_queue)


def _counts_in(rooms: Sequence[UUID], user: UUID) -> QuerySet[User, Any]:
    mine = Image.objects.filter(workspace_id__in=rooms)
    shown = Image.objects.visible().filter(workspace_id__in=rooms)
    parts: dict[str, QuerySet[Image]] = {
        "kept": mine.filter(deleted=None),
        "gone": mine.gone_with_batch(),
        "starred": shown.filter(starred=True),
        "rated": shown.filter(rating__gt=0, rating__gte=4),
        "going": mine.filter(listed__isnull=False, deleted=None),
        "thrown": mine.filter(deleted__isnull=False),
    }
    asked = {f"of_{name}": Rows(rows, "workspace_id") for name, rows in parts.items()}
    asked |= queue.parts(user)
    return User.objects.filter(pk=user).annotate(**asked).values_list(*asked)


_COUNTS = Among(_counts_in, UUID, planned_once=True, user=UUID)
