"""What a gallery's address asks for: read, applied, and said in words that can be taken back."""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from generation import labels
from generation.gallery import words
from generation.gallery.rooms import Rooms
from generation.models import Batch, Image

ORDERS = ("newest", "oldest", "rating")
SHAPES = ("wide", "tall", "square")
LONGEST = 200  # characters of a search
MOST_MODELS = 200


@dataclass(frozen=True)
class Filter:
    """Everything that narrows the gallery. What is empty narrows nothing."""

    q: str = ""
    workspace: str = ""  # slug
    topic: UUID | None = None
    model: str = ""  # name, which outlives the model
    mode: str = ""
    shape: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    steps_from: int | None = None
    steps_to: int | None = None
    rating: int = 0  # at least
    starred: bool = False
    tag: str = ""
    order: str = "newest"

    @classmethod
    def read(cls, query: QueryDict) -> "Filter":
        """What it doesn't understand it leaves out: an old link shall still open."""
        order, shape = query.get("order", ""), query.get("shape", "")
        mode = query.get("mode", "")
        return cls(
            q=query.get("q", "").strip()[:LONGEST],
            workspace=query.get("workspace", "")[:60],
            topic=uuid_or_none(query.get("topic", "")),
            model=query.get("model", "")[:100],
            mode=mode if mode in Batch.Mode.values else "",
            shape=shape if shape in SHAPES else "",
            since=_date(query.get("since")),
            until=_date(query.get("until")),
            steps_from=_whole(query.get("steps_from")),
            steps_to=_whole(query.get("steps_to")),
            rating=min(_whole(query.get("rating")) or 0, 5),
            starred=query.get("starred") == "1",
            tag=query.get("tag", "").strip()[:50],
            order=order if order in ORDERS else "newest",
        )

    def apply(self, images: QuerySet[Image], rooms: Rooms) -> QuerySet[Image]:
        found = words.matching(images, self.q)
        if self.workspace:
            found = found.filter(workspace_id__in=rooms.named(self.workspace))
        for condition in self._conditions():
            found = found.filter(condition)
        return found

    @property
    def query(self) -> str:
        """As it stands in an address."""
        return urlencode(self.values)

    @property
    def values(self) -> dict[str, str]:
        """What of it is set, by the address's names."""
        known = {}
        for each in fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                known[each.name] = "1" if value is True else str(value)
        return known

    @property
    def is_narrow(self) -> bool:
        return bool(self.values.keys() - {"order"})

    @property
    def chips(self) -> list[tuple[str, str]]:
        """What is asked for in words, each with the address without it."""
        return [
            (said, urlencode(replace(self, **{name: _empty(name)}).values))
            for name, said in self._said()
        ]

    def _conditions(self) -> Iterator[Q]:
        for name, condition in CONDITIONS.items():
            if (value := getattr(self, name)) != _empty(name):
                yield condition(value)

    def _said(self) -> Iterator[tuple[str, str]]:
        known: dict[str, Any] = {
            "q": _("“%(words)s”") % {"words": self.q},
            "workspace": _("Workspace: %(name)s") % {"name": self.workspace},
            "topic": _("One topic"),
            "model": _("Model: %(name)s") % {"name": self.model},
            "mode": labels.mode(self.mode).capitalize() if self.mode else "",
            "shape": {"wide": _("Wide"), "tall": _("Tall"), "square": _("Square")}.get(self.shape),
            "since": _("From %(day)s") % {"day": self.since},
            "until": _("Until %(day)s") % {"day": self.until},
            "steps_from": _("At least %(number)s steps") % {"number": self.steps_from},
            "steps_to": _("At most %(number)s steps") % {"number": self.steps_to},
            "rating": _("Rated %(number)s and up") % {"number": self.rating},
            "starred": _("Starred"),
            "tag": _("Tag: %(name)s") % {"name": self.tag},
        }
        return ((name, known[name]) for name in self.values if name in known)


def models(rooms: Rooms) -> list[str]:
    """The names to filter by, also of models that have gone. A look at every picture, once somebody
    wants to filter: the page itself says nothing of them."""
    images = rooms.pictures().order_by("model_name")
    return list(images.values_list("model_name", flat=True).distinct()[:MOST_MODELS])


def _midnight(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(), datetime.UTC)


CONDITIONS: dict[str, Callable[[Any], Q]] = {
    "topic": lambda pk: Q(job__batch__topic=pk),
    "model": lambda name: Q(model_name=name),
    "mode": lambda mode: Q(job__batch__mode=mode),
    "shape": lambda shape: {
        "wide": Q(width__gt=F("height")),
        "tall": Q(width__lt=F("height")),
        "square": Q(width=F("height")),
    }[shape],
    "since": lambda day: Q(created__gte=_midnight(day)),
    "until": lambda day: Q(created__lt=_midnight(day + datetime.timedelta(days=1))),
    "steps_from": lambda number: Q(job__batch__num_inference_steps__gte=number),
    "steps_to": lambda number: Q(job__batch__num_inference_steps__lte=number),
    "rating": lambda number: Q(rating__gte=number),
    "starred": lambda _starred: Q(starred=True),
    "tag": lambda name: Q(tags__name=name),
}


def _empty(name: str) -> Any:
    return next(each.default for each in fields(Filter) if each.name == name)


def _whole(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 6 else None


def _date(text: str | None) -> datetime.date | None:
    try:
        return parse_date(text or "")
    except ValueError:
        return None


def uuid_or_none(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
