"""The only place that writes rows of pictures that were not drawn here. They cost nothing, and
nobody is asked to draw them: their jobs have succeeded."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from generation import meter
from generation.archive.reading import ReadPicture
from generation.models import Batch, Image, ImageTag, ImageWords, Input, Job
from workspaces.archive.arriving import AT_ONCE, Arrival, add, created_of
from workspaces.archive.registry import Facts
from workspaces.models import Topic

MARKS = ("rating", "starred", "alt")


class Brought:
    """What is to be written together."""

    def __init__(self, arrival: Arrival) -> None:
        self.arrival = arrival
        self.batches: list[Batch] = []
        self.jobs: list[Job] = []
        self.images: list[Image] = []
        self.inputs: list[Input] = []
        self.tags: list[ImageTag] = []
        self.covers: dict[UUID, UUID] = {}  # of topics
        self.marked: list[tuple[UUID, Image, list[str]]] = []
        self.created: dict[UUID, datetime] = {}

    def request(self, batch: Batch, created: datetime) -> None:
        self.created[batch.pk] = created
        self.batches.append(batch)

    def picture(self, batch: Batch, picture: ReadPicture) -> None:
        facts, job, image = picture.facts, picture.job, picture.image
        created = created_of(facts)
        job.pk = self.arrival.new_id("jobs", created)
        job.batch, job.model, job.author_id = batch, batch.model, batch.author_id
        job.lane, job.state, job.units = batch.model.lane, Job.State.SUCCEEDED, 0
        job.is_idle = batch.is_idle
        job.step = job.steps = batch.num_inference_steps
        job.waiting_since = created
        image.pk = self.arrival.new_id("pictures", created)
        image.job, image.workspace = job, batch.workspace
        for name, value in self.arrival.file(facts["file"]).items():
            setattr(image, name, value)
        image.is_brought = True
        image.recipe = facts["recipe"]
        self.arrival.note("pictures", facts, image.pk)
        self.arrival.used.update(image.keys)
        self.created |= {job.pk: created, image.pk: created}
        self.jobs.append(job)
        self.images.append(image)
        self.tags += [ImageTag(image=image, name=name) for name in picture.tags]
        if topic := self.arrival.id_of("topics", facts.get("cover_of")):
            self.covers[topic] = image.pk

    def input(self, batch: Batch, row: Input, facts: Facts) -> None:
        row.batch = batch
        row.image_id = self.arrival.id_of("pictures", facts.get("picture"))
        if row.image_id is None:
            row.upload_id = self.arrival.id_of("uploads", facts.get("upload"))
        self.inputs.append(row)

    def mark(self, pk: UUID, image: Image, tags: list[str]) -> None:
        """What an existing picture's marks are to be."""
        self.marked.append((pk, image, tags))

    def write(self) -> None:
        add(self.batches, self.created)
        add(self.jobs, self.created)
        add(self.images, self.created)
        add(self.tags)
        add(self.inputs)
        said: dict[UUID, list[str]] = {}
        for tag in self.tags:
            said.setdefault(tag.image_id, []).append(tag.name)
        add([ImageWords.of(image, said.get(image.pk, ())) for image in self.images])
        for topic, cover in self.covers.items():
            Topic.objects.filter(pk=topic, cover=None).update(cover=cover)
        for pk, image, tags in self.marked:
            self._mark(pk, image, tags)
        # What it can't count now, the nightly count does: the rows are there.
        person = self.arrival.person.pk
        transaction.on_commit(lambda: meter.recount(person), robust=True)

    def _mark(self, pk: UUID, image: Image, tags: list[str]) -> None:
        marks: dict[str, Any] = {name: getattr(image, name) for name in MARKS}
        Image.objects.filter(pk=pk).update(**marks)
        ImageTag.objects.filter(image=pk).delete()
        rows = [ImageTag(image_id=pk, name=name) for name in tags]
        ImageTag.objects.bulk_create(rows, batch_size=AT_ONCE)
        words = ImageWords.of(Image.objects.get(pk=pk), tags)
        ImageWords.objects.filter(image=pk).update(text=words.text)
