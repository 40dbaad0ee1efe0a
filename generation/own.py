"""What this room keeps of a person: pictures, what they brought, what is being drawn for them."""

from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils.text import slugify
from django.utils.timezone import now

from accounts.belongings import Belongings, OwnFile, facts
from generation import meter, pictures
from generation.experiments import running
from generation.models import (
    Batch,
    Complaint,
    Experiment,
    Image,
    ImageWords,
    Job,
    Like,
    OwnKey,
    PictureComment,
    Publication,
    SafetyCase,
    ShareLink,
    SmartView,
    Turn,
    Upload,
    Vote,
)
from pixazo import in_order
from workspaces.models import Topic
from workspaces.titles import titles_of

AT_ONCE = 100  # rows in a transaction


class Work(Belongings):
    """Before workspaces: nothing may be drawn any more in what goes."""

    name, rank = "work", 90

    def close(self, person: Any) -> None:
        for link in ShareLink.objects.living().filter(author=person):
            link.revoke()

    def remove(self, person: Any) -> None:
        for experiment in Experiment.objects.live().filter(author=person):
            running.stop(experiment)
        for job in Job.objects.unfinished().filter(author_id=person.pk):
            job.cancel()
        Turn.objects.filter(author_id=person.pk).delete()


class Pictures(Belongings):
    """After workspaces: what is left lies in other people's."""

    name, rank = "pictures", 40

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        """What is in the trash, too."""
        for image in _images(person).prefetch_related("tags").iterator(AT_ONCE):
            yield {
                "file": f"{self.name}/{_file_name(image)}",
                "workspace": image.workspace.name,
                "tags": [tag.name for tag in image.tags.all()],
                **facts(image, "created", "recipe", "alt", "rating", "starred", "deleted"),
            }

    def files(self, person: Any) -> Iterator[OwnFile]:
        for image in _images(person).iterator(AT_ONCE):
            yield OwnFile(_file_name(image), image.original)

    def remove(self, person: Any) -> None:
        for experiment in Experiment.objects.filter(author=person):
            experiment.delete()
        while Batch.objects.filter(author=person).exists():
            pictures.remove(_delete_batches(person))
        while Upload.objects.filter(author=person).exists():
            pictures.remove(_delete_uploads(person))
        _delete_retried(person)
        cases = SafetyCase.objects.filter(author=person).exclude(quarantined="")
        pictures.remove(list(cases.values_list("quarantined", flat=True)))
        _forget_words()
        # Files bear the name of whoever owned the workspace when they were stored.
        for image in Image.objects.filter(original__startswith=pictures.folder_of(person)):
            _move(image)


class Brought(Belongings):
    """They go with `Pictures`."""

    name, rank = "uploads", 39

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        for upload in person.uploads.select_related("workspace").order_by("id"):
            place = {"file": f"{self.name}/{upload.pk}.png", "workspace": upload.workspace.name}
            yield place | facts(upload, "created", "origin", "width", "height")

    def files(self, person: Any) -> Iterator[OwnFile]:
        for upload in person.uploads.order_by("id"):
            yield OwnFile(f"{upload.pk}.png", upload.original)


class Said(Belongings):
    """What they asked for, said, showed and keep. Nothing of it needs to be let go by hand."""

    name, rank = "words", 38

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        batches = Batch.objects.filter(author=person).select_related("topic").order_by("id")
        for batch in batches.iterator(AT_ONCE):
            asked = {"what": "request", "topic": batch.topic.title}
            yield asked | facts(batch, "created", "prompt", "negative_prompt", "template", "count")
        for experiment in Experiment.objects.filter(author=person).order_by("id"):
            yield {"what": "experiment"} | facts(experiment, "created", "name", "asked")
        for comment in PictureComment.objects.filter(author=person).order_by("id"):
            yield {"what": "comment"} | facts(comment, "created", "text", "edited")
        for shown in Publication.objects.filter(author=person).order_by("id"):
            yield {"what": "publication"} | facts(shown, "created", "level", "state", "likes")
        for link in ShareLink.objects.filter(author=person).order_by("id"):
            yield {"what": "link"} | facts(link, "created", "level", "expires", "revoked", "views")
        for case in SafetyCase.objects.filter(author=person).order_by("id"):
            yield {"what": "held back"} | facts(case, "created", "stage", "reason", "state")
        yield from _kept_and_thought(person)


def _kept_and_thought(person: Any) -> Iterator[dict[str, Any]]:
    for said in Complaint.objects.filter(user=person).order_by("id"):
        yield {"what": "complaint"} | facts(said, "created", "reason", "text")
    for like in Like.objects.filter(user=person).order_by("id"):
        yield {"what": "like"} | facts(like, "created", "publication_id")
    for vote in Vote.objects.filter(voter=person).order_by("id"):
        yield {"what": "vote"} | facts(vote, "created", "experiment_id", "verdict")
    for view in SmartView.objects.filter(owner=person).order_by("id"):
        yield {"what": "view"} | facts(view, "created", "name", "query")
    for own in OwnKey.objects.filter(user=person).select_related("service").order_by("id"):
        yield {"what": "own key", "service": own.service.name} | facts(own, "created")


def _images(person: Any) -> "QuerySet[Image]":
    rows = Image.objects.filter(job__author_id=person.pk).select_related("workspace")
    return rows.order_by("id")


def _file_name(image: Image) -> str:
    words = slugify(str(image.recipe.get("prompt", "")))[:40].strip("-_") or "picture"
    return f"{image.created:%Y-%m-%d}-{words}-{image.pk.hex[-8:]}.png"


@transaction.atomic
def _delete_batches(person: Any) -> list[str]:
    """The keys of some of their pictures, whose rows are gone when this returns."""
    batches = list(Batch.objects.filter(author=person).select_related("topic")[:AT_ONCE])
    for batch in sorted(batches, key=lambda each: each.topic_id):
        _unname(batch)
    rows = Batch.objects.filter(pk__in=[each.pk for each in batches])
    images = Image.objects.filter(job__in=Job.objects.filter(batch__in=rows).values("pk"))
    # Topics, requests, pictures: others may put some of them into the trash or bring them back.
    for going in (rows, images):
        in_order.lock(going, going=True)
    meter.forget(images)  # others may have asked for some of them once more
    keys = [key for image in images for key in image.keys]
    rows.delete()
    return keys


def _unname(batch: Batch) -> None:
    """A topic that their words named; the next ones name it again."""
    names = titles_of((batch.template or {}).get("prompt", batch.prompt))
    Topic.objects.filter(pk=batch.topic_id, name__in=names).update(name="")
    Topic.history.filter(id=batch.topic_id, name__in=names).update(name="")


def _delete_retried(person: Any) -> None:
    """Pictures of others' requests that they asked for once more, with units of theirs."""
    for job in Job.objects.filter(author_id=person.pk).select_related("batch", "image"):
        keys = job.image.keys if hasattr(job, "image") else ()
        with transaction.atomic():
            Image.objects.filter(job=job).delete()
            purged = {"picture_purged": now()} if keys else {}
            Job.objects.filter(pk=job.pk).update(author_id=job.batch.author_id, **purged)
        pictures.remove(keys)


@transaction.atomic
def _delete_uploads(person: Any) -> list[str]:
    """What others made of them stays."""
    uploads = list(Upload.objects.filter(author=person)[:AT_ONCE])
    rows = Upload.objects.filter(pk__in=[each.pk for each in uploads])
    in_order.lock(rows, going=True)
    rows.delete()
    return [key for each in uploads for key in each.keys]


def _forget_words() -> None:
    """SQLite's index of words keeps those of deleted rows until its parts are merged."""
    if connection.vendor == "sqlite":
        table = ImageWords._meta.db_table + "_fts"  # noqa: SLF001
        with connection.cursor() as cursor:
            # nosemgrep: raw-sql  a name of ours
            cursor.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")  # noqa: S608  # nosec


def _move(image: Image) -> None:
    """To where its workspace's owner has theirs."""
    was = image.keys
    stored = pictures.copy(was, image.workspace)
    columns = dict(zip(("original", "medium", "small"), stored, strict=True))
    moved = Image.objects.filter(pk=image.pk, original=image.original).update(**columns)
    pictures.remove(was if moved else stored)
