"""Pictures put into another topic, with the whole request that each was made by."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from generation.gallery.filters import uuid_or_none
from generation.gallery.rooms import Rooms
from generation.models import Batch, Image
from pixazo import in_order
from pixazo.errors import UserError
from workspaces.models import Topic
from workspaces.telling_apart import labelled

AT_ONCE = 100  # requests in a transaction: nobody who writes should wait for long
MOST_OFFERED = 200


class NotMoved(UserError):
    code = "invalid"


def destinations(rooms: Rooms) -> list[Topic]:
    """The topics that pictures may be put into, used last first, of each workspace."""
    topics = Topic.objects.living().filter(workspace_id__in=rooms.worked_in)
    rows: Any = topics.in_order().select_related("workspace")[:MOST_OFFERED]
    places = {topic.workspace_id: topic.workspace for topic in rows}
    known = {place.pk: place for place in labelled(places.values())}
    for topic in rows:
        topic.workspace = known[topic.workspace_id]
    return sorted(rows, key=lambda topic: (topic.workspace.name.casefold(), topic.workspace_id))


def move(value: str, images: QuerySet[Image], rooms: Rooms) -> dict[str, Any]:
    """How many pictures are now in the topic with this id, its name, and where they were if that
    was one topic only.

    What belongs to another workspace stays where it is: its members are others, and so is what
    they may see. Raises `NotMoved` if nothing can go there.
    """
    topic, mine = check(value, images, rooms)
    batches = Batch.objects.filter(jobs__image__in=mine).exclude(topic=topic)
    rows = list(batches.order_by("id").values_list("pk", "topic_id").distinct())
    # Counted with each portion: a database takes only so many names in one question.
    count = sum(_put(topic, pks) for pks in _portions([pk for pk, _topic_id in rows]))
    were = {topic_id for _pk, topic_id in rows}
    return {"count": count, "name": topic.title, "was": str(were.pop()) if len(were) == 1 else ""}


def check(value: str, images: QuerySet[Image], rooms: Rooms) -> tuple[Topic, QuerySet[Image]]:
    """The topic, and what of these can go there. Raises `NotMoved` if nothing can."""
    topic = _topic(value, rooms)
    mine = rooms.changeable(images).filter(workspace=topic.workspace)
    if not mine.exists():
        raise NotMoved(
            _("These pictures are of other workspaces, or of other people: they stay there.")
        )
    return topic, mine


@transaction.atomic
def _put(topic: Topic, pks: list[UUID]) -> int:
    """While the topic is there: who throws it away meanwhile waits, or was first. Says how many
    pictures that were."""
    if not Topic.objects.living().filter(pk=topic.pk).update(last_used=now()):
        raise NotMoved(_("This topic is not there any more. Choose another one."))
    batches = Batch.objects.filter(pk__in=pks, workspace=topic.workspace)
    in_order.lock(batches)  # others may move some of them elsewhere
    batches.update(topic=topic)
    for batch in batches.select_related("workspace"):
        batch.announce()
    topic.announce()
    return Image.objects.visible().filter(job__batch__in=pks).count()


def _topic(value: str, rooms: Rooms) -> Topic:
    topics = Topic.objects.living().filter(workspace_id__in=rooms.worked_in)
    pk = uuid_or_none(value)
    topic = topics.filter(pk=pk).select_related("workspace").first() if pk else None
    if topic is None:
        raise NotMoved(_("This topic is not there any more. Choose another one."))
    return topic


def _portions(pks: list[UUID]) -> Iterator[list[UUID]]:
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))
