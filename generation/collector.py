"""The only place that deletes pictures for good: old trash, uploads that nothing uses, and files
that no row names.

Rows go first and files after them: a crash between the two leaves a file that the next round
takes, never a picture without its file.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import chain

from django.db import transaction
from django.utils.timezone import now

from generation import letters, meter, pictures, retention
from generation.models import (
    Batch,
    Clearance,
    Complaint,
    Experiment,
    Image,
    Job,
    Publication,
    Upload,
)
from generation.models.clearance import Removed
from generation.safety import quarantine
from generation.storage import UPLOADS, is_older, stored_keys
from generation.sweeper import forget_workers
from pixazo import in_order
from pixazo.rationing import takes_place
from workspaces import resting
from workspaces.history import pruning
from workspaces.models import Invitation, SavedPrompt, Scope, Style, Theme, Topic, WordList
from workspaces.models.trashable import Trashable

log = logging.getLogger(__name__)

TRASH_DAYS = 30
UPLOAD_DAYS = 7  # of an upload that no batch works from
INVITATION_DAYS = 30  # of one that is over: it is somebody's address
QUARANTINE_DAYS = 90  # what the safety policy held back, for appeals
# A file may be older than its row by as long as a worker may take to commit; a day is plenty, and
# a backup of rows and then files stays whole.
ORPHAN_HOURS = 24
AT_ONCE = 500
PRESETS: tuple[type[Trashable], ...] = (Theme, Style, SavedPrompt, WordList)
# Deletes some of the rows from before then: how many, and the keys of their files.
Purge = Callable[[datetime], tuple[int, list[str]] | None]
RECOUNT_SECONDS = 20 * 3600  # of everybody's storage
PURGED_AT_ONCE = 100  # rows in a transaction: nobody who writes should wait for long


# Of rooms above: what they forget that was put into the trash before a moment; how many.
_further: dict[str, Callable[[datetime], int]] = {}


def register(kind: str, forget: Callable[[datetime], int]) -> None:
    """`kind` is one of `clearance.KINDS`."""
    _further[kind] = forget


def collect() -> Clearance | None:
    """Also keeps what was removed, where staff see it; None if nothing was."""
    begun = now()
    retention.list_going()
    pruning.prune(begun - timedelta(days=pruning.DAYS))
    trash = begun - timedelta(days=TRASH_DAYS)
    removed = {
        "expired": Removed(retention.let_go()),
        "requests": empty_trash(trash, _purge_batches),
        "pictures": empty_trash(trash, _purge_images),
        "workspaces": Removed(resting.forget(trash)),
        "topics": Removed(forget_topics(trash)),
        "experiments": Removed(forget_experiments(trash)),
        "presets": Removed(forget_presets(trash)),
        **{kind: Removed(forget(trash)) for kind, forget in _further.items()},
        "invitations": Removed(forget_invitations(begun - timedelta(days=INVITATION_DAYS))),
        "uploads": remove_uploads(begun - timedelta(days=UPLOAD_DAYS)),
        "orphans": remove_orphans(begun - timedelta(hours=ORPHAN_HOURS)),
        "quarantine": Removed(0, *quarantine.empty(begun - timedelta(days=QUARANTINE_DAYS))),
    }
    forget_workers()
    forget_publications(begun - timedelta(days=QUARANTINE_DAYS))
    if takes_place("recount", 1, RECOUNT_SECONDS):
        meter.recount_all()
    clearance = Clearance.objects.note(removed, begun)
    letters.remind()  # last: a mail server may keep it waiting
    return clearance


def empty_trash(before: datetime, purge: Purge | None = None) -> Removed:
    """Delete batches and pictures that were put into the trash before then, or those of one kind
    only."""
    if purge is None:
        return empty_trash(before, _purge_batches) + empty_trash(before, _purge_images)
    removed = Removed()
    while purged := purge(before):
        rows, keys = purged
        removed += Removed(rows, *pictures.remove(_unnamed(keys)))
    return removed


@transaction.atomic
def _purge_batches(before: datetime) -> tuple[int, list[str]] | None:
    """Some of the rows: how many, and their pictures' files. None if there are no more."""
    old = Batch.objects.filter(deleted__lt=before)
    chosen = list(old.order_by("deleted").values_list("pk", flat=True)[:PURGED_AT_ONCE])
    if not chosen:
        return None
    in_order.lock(Batch.objects.filter(pk__in=chosen), going=True)
    # Looked at again: somebody may just have brought one back.
    batches = list(old.filter(pk__in=chosen).values_list("pk", flat=True))
    jobs = Job.objects.filter(batch__in=batches).order_by()
    images = Image.objects.filter(job__in=jobs.values("pk"))
    in_order.lock(images, going=True)  # others may mark some of them
    meter.forget(images)
    keys = [key for image in images for key in image.keys]
    Batch.objects.filter(pk__in=batches).delete()
    return len(batches), keys


@transaction.atomic
def _purge_images(before: datetime) -> tuple[int, list[str]] | None:
    """As above. Their jobs stay, and say that they had a picture."""
    old = Image.objects.filter(deleted__lt=before)
    chosen = list(old.order_by("deleted").values_list("pk", flat=True)[:PURGED_AT_ONCE])
    if not chosen:
        return None
    in_order.lock(Image.objects.filter(pk__in=chosen), going=True)
    images = list(old.filter(pk__in=chosen))
    going = Image.objects.filter(pk__in=[image.pk for image in images])
    meter.forget(going)
    Job.objects.filter(pk__in=[image.job_id for image in images]).update(picture_purged=now())
    going.delete()
    return len(images), [key for image in images for key in image.keys]


def forget_topics(before: datetime) -> int:
    """Delete topics that went to the trash before then, once nothing is left in them; how many."""
    empty = Topic.objects.filter(deleted__lt=before, batches=None)
    return Topic.objects.filter(pk__in=empty.values("pk"), batches=None).delete()[0]


def forget_experiments(before: datetime) -> int:
    """Delete experiments that went to the trash before then; how many. Their pictures stay."""
    count = 0
    for pk in Experiment.objects.filter(deleted__lt=before).values_list("pk", flat=True):
        with transaction.atomic():
            # Its row before its cells, as everywhere: one of its pictures may end at this moment.
            rows = Experiment.objects.select_for_update().filter(pk=pk, deleted__lt=before)
            count += sum(bool(row.delete()) for row in rows)
    return count


def forget_presets(before: datetime) -> int:
    """Delete themes, styles, prompts and lists that went to the trash before then; how many.

    What staff took away of the site's own stays: the next start would make it again.
    """
    count = 0
    for kind in PRESETS:
        gone = kind.objects.filter(deleted__lt=before).exclude(scope=Scope.SITE)
        _all, by_kind = gone.delete()
        count += by_kind.get(f"workspaces.{kind.__name__}", 0)
    return count


def forget_publications(before: datetime) -> int:
    """Delete what is left of pictures that were shown to everybody and have gone since; how many.
    What staff refused, or people complained of, later than then stays."""
    said = Complaint.objects.filter(created__gt=before).values("publication")
    rows = Publication.objects.filter(image=None).exclude(pk__in=said)
    rows = rows.exclude(state=Publication.State.REFUSED, decided__gt=before)
    _all, by_kind = rows.delete()
    return by_kind.get("generation.Publication", 0)


def forget_invitations(before: datetime) -> int:
    """Delete those that were over, withdrawn or accepted before then; how many."""
    return Invitation.objects.past(before).delete()[0]


def remove_uploads(before: datetime) -> Removed:
    """Delete uploads from before then that no batch works from."""
    removed = Removed()
    while keys := _purge_uploads(before):
        removed += Removed(len(keys), *pictures.remove(key for pair in keys for key in pair))
    return removed


@transaction.atomic
def _purge_uploads(before: datetime) -> list[tuple[str, str]]:
    """Some of the rows: the keys of their files."""
    chosen = list(Upload.objects.unused(before).values_list("pk", flat=True)[:PURGED_AT_ONCE])
    # Locked, and looked at again: a batch may just have begun to work from one.
    in_order.lock(Upload.objects.filter(pk__in=chosen), going=True)
    going = list(Upload.objects.unused(before).filter(pk__in=chosen))
    rows = Upload.objects.filter(pk__in=[upload.pk for upload in going])
    meter.forget(rows)
    rows.delete()
    return [upload.keys for upload in going]


def remove_orphans(before: datetime) -> Removed:
    """Delete files last written before then that no row names."""
    removed = Removed()
    for old in orphans(before):
        removed += Removed(0, *pictures.remove(old))
    if removed.files:
        log.info("%s files of no picture were removed.", removed.files)
    return removed


def orphans(before: datetime) -> Iterator[list[str]]:
    """The keys of such files, in portions."""
    for keys in _in_portions(chain(stored_keys(), stored_keys(UPLOADS))):
        yield [key for key in _unnamed(keys) if is_older(key, before)]


def _unnamed(keys: Iterable[str]) -> list[str]:
    """Those of the keys that no picture has; a rendition belongs to its original."""
    originals = {key: f"{key.split('.', 1)[0]}.png" for key in keys}
    named: set[str] = set()
    for rows in (Image.objects, Upload.objects):
        found = rows.filter(original__in=set(originals.values()))
        named |= set(found.values_list("original", flat=True))
    return [key for key, original in originals.items() if original not in named]


def _in_portions(keys: Iterator[str]) -> Iterator[list[str]]:
    portion: list[str] = []
    for key in keys:
        portion.append(key)
        if len(portion) == AT_ONCE:
            yield portion
            portion = []
    yield portion
