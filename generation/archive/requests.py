"""Requests with the pictures that were made of them, and what people said of these."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy
from PIL import Image as Pillow

from generation import pictures
from generation.archive import shapes
from generation.archive.catalogue import model_named, slug_of
from generation.archive.writing import Brought
from generation.fault_points import reach
from generation.metadata.source import source_type
from generation.models import Batch, Image, Input, Job
from generation.provenance import mark
from generation.recipe import canonical
from pixazo.decoding import decoded
from pixazo.ids import as_uuid
from workspaces.archive.arriving import Arrival, created_of
from workspaces.archive.errors import Refused
from workspaces.archive.leaving import Leaving
from workspaces.archive.reader import parsed
from workspaces.archive.registry import Facts, Found, Section
from workspaces.archive.shape import Shape, plain_json, whole, within
from workspaces.models import Workspace

REQUEST = Shape(
    Batch,
    *("prompt", "negative_prompt", "width", "height", "num_inference_steps", "guidance_scale"),
    *("mode", "strength", "scheduler", "loras", "margins", "scale", "time_class", "seed", "count"),
    "corrections",
)
JOB = Shape(Job, "index", "seed", "finished")
PICTURE = Shape(
    Image,
    *("alt", "model_name", "wait_seconds", "draw_seconds", "load_seconds", "device", "company"),
    *("remark", "verdict", "rating", "starred"),
)
INPUT = Shape(Input, "role", "position")
MOST_SIDE, MOST_SECONDS = 100_000, 10**9
MOST_PICTURES, MOST_INPUTS, MOST_TAGS, TAG_LENGTH = 100, 20, 100, 50


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

    # --- In ---

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        self.read(row, arrival)
        there = arrival.there(self.name, _there)
        found = []
        for picture in row["pictures"]:
            if not arrival.has_file(picture.get("file")):
                continue
            known = there.get(arrival.files[picture["file"]])
            word = _compared(picture, known)
            if known:
                arrival.note("pictures", picture, known["pk"])
                arrival.note(self.name, row, known["job__batch"])
            if arrival.adds(word):
                text = canonical(shapes.recipe(picture.get("recipe")))
                arrival.expect(self, {"recipe": text}, picture["file"])
            found.append(word)
        return found

    def read(self, row: Facts, arrival: Arrival) -> Batch:
        """Unsaved, and all in it looked at."""
        batch: Batch = REQUEST.read(row)
        for name in ("width", "height"):
            within(getattr(batch, name), 1, MOST_SIDE, name)
        shapes.check(batch.loras, shapes.LORAS, "loras")
        shapes.check(batch.corrections, shapes.list_of(shapes.is_text), "corrections")
        if batch.margins is not None:
            shapes.check(batch.margins, shapes.MARGINS, "margins")
        batch.template = _template(row.get("template"), arrival)
        created_of(row)
        whole(row.get("number"))
        for picture in _objects(row, "pictures", MOST_PICTURES):
            whole(picture.get("number"))
            created_of(picture)
            JOB.read(picture)
            image = PICTURE.read(picture)
            within(image.company, 1, 1000, "company")
            within(image.wait_seconds, -MOST_SECONDS, MOST_SECONDS, "wait_seconds")  # two clocks
            for name in ("draw_seconds", "load_seconds"):
                within(getattr(image, name), 0, MOST_SECONDS, name)
            shapes.recipe(picture.get("recipe"))
            if image.verdict is not None:
                shapes.check(image.verdict, shapes.VERDICT, "verdict")
            whole(image.rating, 5, "rating")
            tags_of(picture)
        for each in _objects(row, "inputs", MOST_INPUTS):
            INPUT.read(each)
        return batch

    def take_file(
        self, row: Facts, name: str, chunks: Iterable[bytes], arrival: Arrival
    ) -> Sequence[str]:
        """Decoded as an upload is, and encoded anew with its recipe. Where it comes from its file
        says itself, or nothing does: the site's own word for it, and its signature, would be worth
        nothing if any picture could have them."""
        recipe = parsed(row["recipe"].encode(), "recipe")
        content = b"".join(chunks)
        said = mark.of_ours(source_type(content))
        with decoded([content]) as picture, Pillow.open(picture.original) as image:
            stored = pictures.store(image, recipe, arrival.place, said)
        arrival.stored[name] = asdict(stored) | {"is_composed": said == mark.COMPOSED}
        reach("archive.file")
        return stored.keys

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        brought = Brought(arrival)
        for row in rows:
            self._bring(row, arrival, brought)
        brought.write()
        reach("archive.rows")

    def _bring(self, row: Facts, arrival: Arrival, brought: Brought) -> None:
        there = arrival.there(self.name, _there)
        new = []
        self.judge(row, arrival)
        for picture in row["pictures"]:
            if not arrival.has_file(picture["file"]):
                continue
            known = there.get(arrival.files[picture["file"]])
            found = _compared(picture, known)
            if known and arrival.replaces(found):
                brought.mark(known["pk"], PICTURE.read(picture), tags_of(picture))
            if arrival.adds(found):
                new.append(picture)
        if not new:
            return
        batch = self.read(row, arrival)
        batch.pk = arrival.new_id(self.name, created_of(row))
        arrival.note(self.name, row, batch.pk)
        batch.workspace, batch.author = arrival.place, arrival.person
        topic = arrival.id_of("topics", row.get("topic"))
        batch.topic_id = topic or arrival.place.default_topic.pk
        batch.model = model_named(row.get("model"), arrival)
        batch.verifies_id = arrival.id_of("pictures", row.get("verifies"))
        brought.request(batch, created_of(row))
        for picture in new:
            brought.picture(batch, JOB.read(picture), PICTURE.read(picture), picture)
        for each in row["inputs"]:
            brought.input(batch, INPUT.read(each), each)


def tags_of(picture: Facts) -> list[str]:
    tags = shapes.check(picture.get("tags"), shapes.list_of(shapes.is_text), "tags")
    if len(tags) > MOST_TAGS or any(not 0 < len(tag) <= TAG_LENGTH for tag in tags):
        raise Refused.because("json", "tags")
    return sorted(set(tags))


def _compared(picture: Facts, known: Any) -> Found:
    if known is None:
        return Found.NEW
    alike = all(known[name] == picture.get(name) for name in ("rating", "starred", "alt"))
    return Found.SAME if alike and known["tags"] == tags_of(picture) else Found.CONFLICT


def _there(workspace: Workspace) -> dict[Any, Any]:
    """By the file's hash; of several that are the same, the oldest."""
    names = ("pk", "sha256", "rating", "starred", "alt", "job__batch")
    images = Image.objects.visible().filter(workspace=workspace).order_by("-id")
    found = {row["sha256"]: row | {"tags": []} for row in images.values(*names)}
    by_id = {row["pk"]: row for row in found.values()}
    for pk, name in images.filter(tags__isnull=False).values_list("pk", "tags__name"):
        if pk in by_id:
            by_id[pk]["tags"] = sorted({*by_id[pk]["tags"], name})
    return found


def _input(row: Input, leaving: Leaving) -> dict[str, Any]:
    named = {"picture": leaving.ref(row.image_id), "upload": leaving.ref(row.upload_id)}
    return INPUT.facts(row) | named


def _template(value: Any, arrival: Arrival) -> Any:
    if value is None:
        return None
    known: dict[str, Any] = arrival.inward(shapes.check(value, shapes.TEMPLATE, "template"))
    for name in ("theme", "style"):
        choice = known.get(name)
        if choice is not None and not _is_id(choice.get("id")):
            known[name] = {"name": choice["name"]}
    return known


def _is_id(value: Any) -> bool:
    try:
        return bool(as_uuid(value))
    except (ValueError, AttributeError, TypeError):
        return False


def _objects(row: Facts, name: str, most: int) -> list[dict[str, Any]]:
    found = row.get(name)
    if not isinstance(found, list) or len(found) > most:
        raise Refused.because("json", name)
    if not all(isinstance(each, dict) for each in found):
        raise Refused.because("json", name)
    return plain_json(found)
