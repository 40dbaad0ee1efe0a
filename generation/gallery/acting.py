"""What is done to many pictures at once. Each is one conditional statement, or one transaction for
each portion; what somebody may not change is left out, and how many were changed is said."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils.timezone import now
from django.utils.translation import gettext as _

from generation import meter, pictures
from generation.gallery import words
from generation.gallery.rooms import Rooms
from generation.models import Batch, Image, ImageTag, Job
from pixazo import in_order
from pixazo.errors import UserError
from pixazo.events import announce
from workspaces.models import Deed

AT_ONCE = 200  # rows in a transaction: nobody who writes should wait for long
THROWN = ~Q(deleted=None) | ~Q(job__batch__deleted=None)  # alone, or with its request


class NotUnderstood(UserError):
    code = "invalid"


def act(action: str, value: str, images: QuerySet[Image], rooms: Rooms) -> int:
    """How many were changed. Raises `NotUnderstood`."""
    if action not in ACTIONS:
        raise NotUnderstood(_("There is no such action."))
    return ACTIONS[action](images, value, rooms)


def describe(image: Image, text: str) -> None:
    """Its alternative text, written by a person (D14)."""
    image.alt = " ".join(text.split())[:500]
    image.save(update_fields=["alt"])
    words.write_for([image.pk])


def tag_of(value: str) -> str:
    """A tag as it is kept. Raises `NotUnderstood`."""
    name = " ".join(value.replace(",", " ").split())[:50]
    if not name:
        raise NotUnderstood(_("A tag needs a word."))
    return name


def _rate(images: QuerySet[Image], value: str, rooms: Rooms) -> int:
    if value not in set("012345"):
        raise NotUnderstood(_("A rating is a number from 0 to 5."))
    return _mark(rooms.markable(images), rating=int(value))


def _star(images: QuerySet[Image], value: str, rooms: Rooms) -> int:
    return _mark(rooms.markable(images), starred=value != "0")


def _tag(images: QuerySet[Image], value: str, rooms: Rooms) -> int:
    name = tag_of(value)
    changed = 0
    for pks in _portions(rooms.markable(images)):
        with transaction.atomic():
            rows = [ImageTag(image_id=pk, name=name) for pk in pks]
            ImageTag.objects.bulk_create(rows, ignore_conflicts=True)
            words.write_for(pks)
        changed += len(pks)
    return changed


def _untag(images: QuerySet[Image], value: str, rooms: Rooms) -> int:
    name = tag_of(value)
    changed = 0
    for pks in _portions(rooms.markable(images).filter(tags__name=name)):
        with transaction.atomic():
            rows = ImageTag.objects.filter(image__in=pks, name=name)
            in_order.lock(rows)
            rows.delete()
            words.write_for(pks)
        changed += len(pks)
    return changed


def _trash(images: QuerySet[Image], value: str, rooms: Rooms) -> int:
    rows = rooms.changeable(images).filter(deleted=None)
    with _told(rows, Deed.Kind.THROWN):
        return _put(rows, deleted=now())


def _restore(images: QuerySet[Image], value: str, rooms: Rooms) -> int:
    """Also what went with its batch: that comes back, too."""
    found = rooms.changeable(images).filter(THROWN)
    rows = list(found.values_list("pk", "job__batch_id"))
    batches = {batch for _, batch in rows}
    with _told(found, Deed.Kind.BACK):
        for batch in Batch.objects.filter(pk__in=batches).select_related("workspace"):
            batch.restore()
        _put(Image.objects.filter(pk__in=[pk for pk, _ in rows]), deleted=None, listed=None)
    return len(rows)


def _purge(images: QuerySet[Image], value: str, rooms: Rooms) -> int:
    """For good: rows first, then their files. Only what is in the trash."""
    gone: Counter[UUID] = Counter()
    for pks in _portions(rooms.changeable(images).filter(THROWN)):
        gone.update(_purged(pks))
    for workspace, count in gone.items():
        Deed.tell(workspace, Deed.Kind.PURGED, count=count)
    return gone.total()


def _purged(pks: list[UUID]) -> Counter[UUID]:
    """How many of each workspace. Those that came back meanwhile, alone or with their request,
    stay."""
    with transaction.atomic():
        images = Image.objects.filter(pk__in=pks)
        batches = set(images.order_by().values_list("job__batch_id", flat=True))
        in_order.lock(Batch.objects.filter(pk__in=batches))
        in_order.lock(images, going=True)
        rows = list(images.filter(THROWN))
        jobs = [image.job_id for image in rows]
        Job.objects.filter(pk__in=jobs).update(picture_purged=now())
        going = Image.objects.filter(pk__in=[image.pk for image in rows])
        meter.forget(going)
        going.delete()
        keys = [key for image in rows for key in image.keys]
        transaction.on_commit(lambda: pictures.remove(keys), robust=True)
    return Counter(image.workspace_id for image in rows)


@contextmanager
def _told(images: QuerySet[Image], kind: Deed.Kind) -> Iterator[None]:
    """In the history of each of their workspaces, when it is done."""
    counts = images.order_by().values_list("workspace").annotate(count=Count("pk", distinct=True))
    known = list(counts)
    yield
    for workspace, count in known:
        Deed.tell(workspace, kind, count=count)


def _mark(images: QuerySet[Image], **changes: Any) -> int:
    changed = 0
    for pks in _portions(images):
        with transaction.atomic():
            changed += _change(pks, **changes)
    return changed


def _put(images: QuerySet[Image], **changes: Any) -> int:
    """Into the trash or out of it, and open pages are told."""
    changed = 0
    for pks in _portions(images):
        with transaction.atomic():
            changed += _change(pks, **changes)
            jobs = Job.objects.filter(image__in=pks).select_related("batch__workspace")
            for batch in {job.batch_id: job.batch for job in jobs}.values():
                announce(batch.workspace.channel, "batch", batch.pk)
    return changed


def _change(pks: list[UUID], **changes: Any) -> int:
    rows = Image.objects.filter(pk__in=pks)
    in_order.lock(rows)  # others may change some of them as well
    return rows.update(**changes)


def _portions(images: QuerySet[Image]) -> Iterator[list[UUID]]:
    pks = list(images.order_by("id").values_list("pk", flat=True).distinct())
    return (pks[start : start + AT_ONCE] for start in range(0, len(pks), AT_ONCE))


ACTIONS: dict[str, Callable[[QuerySet[Image], str, Rooms], int]] = {
    "rate": _rate,
    "star": _star,
    "tag": _tag,
    "untag": _untag,
    "trash": _trash,
    "restore": _restore,
    "purge": _purge,
}
