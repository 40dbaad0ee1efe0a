"""Requests with the pictures that were made of them, and what people said of these."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.db.models import Prefetch, Sum
from django.utils.translation import gettext_lazy

from generation.archive import drawn
from generation.archive.catalogue import model_named, slug_of
from generation.archive.reading import INPUT, JOB, PICTURE, REQUEST, Read, ReadPicture, read
from generation.archive.writing import Brought
from generation.fault_points import reach
from generation.models import Batch, Image, Input, Job
from workspaces.archive.arriving import Arrival, created_of
from workspaces.archive.leaving import Leaving
from workspaces.archive.registry import Facts, Found, Section
from workspaces.models import Workspace


class Requests(Section):
    name, title, rank = "requests", gettext_lazy("Pictures"), 70

    # --- Out ---

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        """Those of which a picture is there."""
        images = Image.objects.filter(deleted=None).prefetch_related("tags")
        jobs = Job.objects.filter(image__deleted=None).exclude(image=None).order_by("index")
        batches = leaving.workspace.batches.visible().filter(topic__deleted=None)
        batches = batches.filter(jobs__in=jobs.values("pk")).distinct().order_by("id")
        whole_rows = batches.select_related("model").prefetch_related(
            Prefetch("jobs", jobs.prefetch_related(Prefetch("image", images))), "inputs"
        )
        chosen = leaving.workspace.topics.living().exclude(cover=None)
        covers = {cover: leaving.ref(pk) for pk, cover in chosen.values_list("pk", "cover")}
        for batch in whole_rows.iterator(chunk_size=100):
            yield self._facts(batch, covers, leaving)

    def _facts(self, batch: Batch, covers: dict[Any, Any], leaving: Leaving) -> dict[str, Any]:
        jobs: list[Any] = list(batch.jobs.all())
        number = leaving.number(self.name, batch.pk)
        shown = [self._picture(job, covers, leaving) for job in jobs]
        return {
            "number": number,
            "created": batch.created.isoformat(),
            "topic": leaving.ref(batch.topic_id),
            "model": slug_of(batch, shown[0]["recipe"]),
            **REQUEST.facts(batch),
            "template": leaving.outward(batch.template),
            "reason": batch.reason,
            "inputs": [_input(each, leaving) for each in batch.inputs.all()],
            "verifies": leaving.ref(batch.verifies_id),
            "pictures": shown,
        }

    def _picture(self, job: Any, covers: dict[Any, Any], leaving: Leaving) -> dict[str, Any]:
        image = job.image
        number = leaving.number("pictures", image.pk)
        return {
            "number": number,
            "file": leaving.file("pictures", number, image.alt, image.original, image.bytes),
            "created": image.created.isoformat(),
            **JOB.facts(job),
            "width": image.width,
            "height": image.height,
            **PICTURE.facts(image),
            "tags": sorted(tag.name for tag in image.tags.all()),
            "cover_of": covers.get(image.pk),
            "recipe": image.recipe,
        }

    def size(self, workspace: Workspace) -> int:
        images = Image.objects.visible().filter(workspace=workspace)
        return images.aggregate(bytes=Sum("bytes"))["bytes"] or 0

    # --- In ---

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        return [found for _picture, _known, found in self._judged(self.read(row, arrival), arrival)]

    def read(self, row: Facts, arrival: Arrival) -> Read:
        return read(row, arrival)

    def _judged(self, read: Read, arrival: Arrival) -> list[tuple[ReadPicture, Any, Found]]:
        there = arrival.there(self.name, _there)
        found = []
        for picture in read.pictures:
            name: Any = picture.facts.get("file")
            if not arrival.has_file(name):
                continue
            known = there.get(arrival.files[name])
            word = _compared(picture, known)
            if known:
                arrival.note("pictures", picture.facts, known["pk"])
                arrival.note(self.name, read.facts, known["job__batch"])
            if arrival.adds(word):
                facts = {"recipe": picture.recipe, "prompt": read.batch.prompt}
                arrival.expect(self, facts, name)
            found.append((picture, known, word))
        return found

    def take_file(self, row: Facts, name: str, path: Path, arrival: Arrival) -> Sequence[str]:
        return drawn.take(row, name, path, arrival)

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        brought = Brought(arrival)
        for row in rows:
            self._bring(row, arrival, brought)
        brought.write()
        reach("archive.rows")

    def _bring(self, row: Facts, arrival: Arrival, brought: Brought) -> None:
        known_row = self.read(row, arrival)
        new = []
        for picture, known, found in self._judged(known_row, arrival):
            if known and arrival.replaces(found):
                brought.mark(known["pk"], picture.image, picture.tags)
            if arrival.adds(found):
                new.append(picture)
        if not new:
            return
        batch = known_row.batch
        batch.pk = arrival.new_id(self.name, created_of(row))
        arrival.note(self.name, row, batch.pk)
        batch.workspace, batch.author = arrival.place, arrival.person
        topic = arrival.id_of("topics", row.get("topic"))
        batch.topic_id = topic or _default_topic(arrival)
        batch.model = model_named(row.get("model"), arrival)
        batch.verifies_id = arrival.id_of("pictures", row.get("verifies"))
        brought.request(batch, created_of(row))
        for picture in new:
            brought.picture(batch, picture)
        for input_row, each in known_row.inputs:
            brought.input(batch, input_row, each)


def _compared(picture: ReadPicture, known: Any) -> Found:
    if known is None:
        return Found.NEW
    facts = picture.facts
    alike = all(known[name] == facts.get(name) for name in ("rating", "starred", "alt"))
    return Found.SAME if alike and known["tags"] == picture.tags else Found.CONFLICT


def _there(workspace: Workspace) -> dict[Any, Any]:
    """By the file's hash, and by that of the file that it came as; of several that are the same,
    the oldest."""
    names = ("pk", "sha256", "arrived_sha256", "rating", "starred", "alt", "job__batch")
    images = Image.objects.visible().filter(workspace=workspace).order_by("-id")
    rows = [row | {"tags": []} for row in images.values(*names)]
    found = {row["arrived_sha256"]: row for row in rows if row["arrived_sha256"]}
    found |= {row["sha256"]: row for row in rows}
    by_id = {row["pk"]: row for row in found.values()}
    for pk, name in images.filter(tags__isnull=False).values_list("pk", "tags__name"):
        if pk in by_id:
            by_id[pk]["tags"] = sorted({*by_id[pk]["tags"], name})
    return found


def _input(row: Input, leaving: Leaving) -> dict[str, Any]:
    named = {"picture": leaving.ref(row.image_id), "upload": leaving.ref(row.upload_id)}
    return INPUT.facts(row) | named


def _default_topic(arrival: Arrival) -> Any:
    if "topic" not in arrival.cached:
        arrival.cached["topic"] = arrival.place.default_topic.pk
    return arrival.cached["topic"]
