"""What is done to topics by every door, and what a list of them shows of the work in them."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.utils.timezone import now
from django.utils.translation import gettext as _

from generation.models import Cell, Experiment, Image, Job, Pause
from pixazo import in_order
from pixazo.errors import UserError
from pixazo.prepared import Among, Rows
from pixazo.texts.numbers import counted
from workspaces.covers import Picture
from workspaces.models import Membership, Topic, Workspace
from workspaces.models.topic import TopicQuerySet
from workspaces.names import plain_name

PAGE = 50  # topics that a list begins with
LONGEST = 100  # characters of a name

MOST = 1000  # topics of a workspace: as many as a list shows
MOST_WITH_TRASH = 3000
MOST_COUNTED = 1000  # pictures of a topic: a list need not know more, and should not look longer


class CappedCount(Subquery):
    """How many rows an inner query with a limit has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


def listed(topics: TopicQuerySet, most: int) -> list[Topic]:
    """The first of them, each with `picture` and `shown_image` (the same as a row), `images`,
    `drawing` and how many of those are `paused`. Two queries."""
    found = list(_with_work(topics).in_order()[:most])
    _put_pictures_on(found)
    return found


def first_listed(workspace: Workspace) -> list[Topic]:
    """The same of the first in a workspace, one more than a list begins with."""
    found = list(_FIRST(workspace=workspace.pk))
    for topic in found:
        topic.workspace = workspace
    _put_pictures_on(found)
    return found


def _with_work(topics: TopicQuerySet) -> Any:
    pictures = Image.objects.filter(
        job__batch__topic=OuterRef("pk"), deleted=None, job__batch__deleted=None
    )
    unfinished = Job.objects.unfinished().filter(batch__topic=OuterRef("pk"), batch__deleted=None)
    paused = unfinished.waiting().filter(author_id__in=Pause.objects.values("user_id"))
    return topics.annotate(
        first=Subquery(pictures.order_by("job__batch_id", "job__index").values("pk")[:1]),
        images=CappedCount(pictures.order_by().values("pk")[:MOST_COUNTED]),
        drawing=CappedCount(unfinished.order_by().values("pk")[:MOST_COUNTED]),
        paused=CappedCount(paused.order_by().values("pk")[:MOST_COUNTED]),
    )


def _put_pictures_on(topics: list[Any]) -> None:
    """The chosen one while it is there; else the first that succeeded (S343)."""
    wanted = {pk for topic in topics for pk in (topic.cover, topic.first) if pk}
    rows = _PICTURES(sorted(wanted))
    images = {(image.job.batch.topic_id, image.pk): image for image in rows}
    for topic in topics:
        image = images.get((topic.pk, topic.cover)) or images.get((topic.pk, topic.first))
        topic.shown_image = image
        topic.picture = _picture(image) if image else None


_FIRST: Rows[Topic] = Rows(
    lambda workspace: _with_work(Topic.objects.filter(workspace=workspace).living()).in_order()[
        : PAGE + 1
    ],
    planned_once=True,
    workspace=UUID,
)
_PICTURES: Among[Image] = Among(
    lambda wanted: (
        Image.objects.visible()
        .filter(pk__in=wanted)
        .select_related("job__batch")
        .defer("recipe", "job__batch__template")
    ),
    UUID,
    planned_once=True,
)


def _picture(image: Image) -> Picture:
    return Picture(image.small_url, image.alt)


class NotYours(UserError):
    code = "not_yours"
    status = 403


def check_may_work(membership: Membership) -> None:
    if not membership.may_generate():
        raise NotYours(_("You may look at this workspace, but not work in it."))


def check_may_change(membership: Membership, topic: Topic) -> None:
    if not membership.may_change(topic.author_id):
        raise NotYours(
            _("Somebody else made this topic. Only they or the workspace's owner may change it.")
        )


class RenamedMeanwhile(UserError):
    code = "changed"
    status = 409


def rename(membership: Membership, topic: Topic, name: str, was: str | None = None) -> None:
    """`was`: the title over which the name was written; another one by now is not written over."""
    check_may_change(membership, topic)
    name = name_of(name)
    if was is None:
        topic.change(name=name)
    elif was != topic.title or not topic.change(was=topic.name, name=name):
        topic.refresh_from_db()
        if topic.name != name:
            sentence = _("Somebody has called it “%(name)s” meanwhile.")
            raise RenamedMeanwhile(sentence % {"name": topic.title})


def name_of(text: str) -> str:
    """A topic's name as somebody has written it; raises `UserError` where it won't do."""
    name = plain_name(text)
    if not name:
        raise UserError(_("A topic needs a name."), code="invalid")
    if len(name) > LONGEST:
        raise UserError(_("A name may have 100 characters."), code="invalid")
    return name


def choose_cover(membership: Membership, topic: Topic, image_id: UUID | None) -> None:
    """One of its own pictures; None: its first one again."""
    check_may_change(membership, topic)
    pictures = Image.objects.visible().filter(job__batch__topic=topic)
    if image_id and not pictures.filter(pk=image_id).exists():
        raise UserError(_("This picture is not in the topic."), code="invalid")
    topic.change(cover=image_id)


def remove(membership: Membership, topic: Topic) -> None:
    """Into the trash; an editor's own only while nobody else works in it."""
    check_may_change(membership, topic)
    others = topic.batches.visible().exclude(author=membership.user_id)
    if not membership.may_manage() and others.exists():
        raise NotYours(_("Others work in this topic. Only the workspace's owner may delete it."))
    trash(topic)


def trash(topic: Topic) -> bool:
    """Out of sight with all that is in it; what is still being made is cancelled, and what
    experiments would draw next waits.

    False if it was there already. A workspace is never without a topic.
    """
    moment = now()
    with transaction.atomic():
        if not topic.put(moment, was=None):
            return False
        going = topic.batches.visible()
        in_order.lock(going)  # others may change some of them as well
        going.update(deleted=moment)
        topic.workspace.ensure_topic()
    drawn_into = Experiment.objects.filter(
        cells__state=Cell.State.UNDERWAY, cells__batch__topic=topic
    )
    drawn_into.pause()
    # One by one, each in its own transaction, as a batch does it.
    for job in Job.objects.unfinished().filter(batch__topic=topic):
        job.cancel()
    return True


@transaction.atomic
def restore(topic: Topic) -> bool:
    """Back, with what went with it; what was thrown away before stays in the trash."""
    moment = topic.deleted
    if moment is None or not topic.put(None, was=moment):
        return False
    back = topic.batches.filter(deleted=moment)
    in_order.lock(back)  # and then their pictures, as everybody does
    # Before the requests are back: then there would be no telling which of them they were.
    Image.objects.filter(job__in=Job.objects.filter(batch__in=back).values("pk")).put_off()
    back.update(deleted=None)
    return True


def new_in(workspace: Workspace, author: Any, begun: UUID | None = None) -> Topic:
    """An empty topic: one of theirs that nobody has begun, or another. `begun`: not this one."""
    unused = workspace.topics.living().filter(author=author, name="", batches=None, drafts=None)
    others = unused.exclude(pk=begun) if begun else unused
    return others.first() or create(workspace, author)


class TooManyTopics(UserError):
    code = "too_many_topics"
    status = 409


@transaction.atomic
def create(workspace: Workspace, author: Any, name: str = "") -> Topic:
    """Raises `TooManyTopics`."""
    # Whoever makes another one here at this moment waits, and then counts this one.
    list(Workspace.objects.select_for_update(no_key=True).filter(pk=workspace.pk))
    count = workspace.topics.aggregate(living=Count("pk", filter=Q(deleted=None)), all=Count("pk"))
    if count["living"] >= MOST:
        raise TooManyTopics(
            _("A workspace may have %(most)s topics, and this one has them. Delete some first.")
            % {"most": counted(MOST)}
        )
    if count["all"] >= MOST_WITH_TRASH:
        raise TooManyTopics(
            _("This workspace has too many topics in its trash, which empties after 30 days.")
        )
    return Topic.objects.create(workspace=workspace, author=author, name=name)
