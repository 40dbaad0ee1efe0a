"""What the gallery has of each kind, in one statement whose parts are read in indexes."""

from dataclasses import dataclass

from django.db.models import QuerySet

from accounts.models import User
from generation.gallery.rooms import Rooms
from generation.models import Image
from pixazo.counting import Rows


@dataclass(frozen=True)
class Counts:
    all: int
    starred: int
    rated: int
    trash: int
    going: int


def counts(rooms: Rooms) -> Counts:
    """All is what is kept less what went with its batch: no look at each picture."""
    mine = Image.objects.filter(workspace_id__in=rooms.all)
    shown = rooms.pictures()
    kept = mine.filter(deleted=None)
    gone = mine.gone_with_batch()
    parts: dict[str, QuerySet[Image]] = {
        "kept": kept,
        "gone": gone,
        "starred": shown.filter(starred=True),
        "rated": shown.filter(rating__gt=0, rating__gte=4),
        "going": mine.filter(listed__isnull=False, deleted=None),
        "thrown": mine.filter(deleted__isnull=False),
    }
    row = (
        User.objects.filter(pk=rooms.user.pk)
        .annotate(**{f"n_{name}": Rows(rows, "workspace_id") for name, rows in parts.items()})
        .values(*(f"n_{name}" for name in parts))
        .get()
    )
    return Counts(
        all=row["n_kept"] - row["n_gone"],
        starred=row["n_starred"],
        rated=row["n_rated"],
        trash=row["n_thrown"] + row["n_gone"],
        going=row["n_going"],
    )
