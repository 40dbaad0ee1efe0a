"""A request of an archive as rows that are not saved, after a look at all that is in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from generation.archive import shapes
from generation.models import Batch, Image, Input, Job, reason
from pixazo.ids import as_uuid
from workspaces.archive.arriving import Arrival, created_of
from workspaces.archive.errors import Refused
from workspaces.archive.registry import Facts
from workspaces.archive.shape import Shape, plain_json, whole, within

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


@dataclass
class ReadPicture:
    facts: Facts
    job: Job
    image: Image
    tags: list[str]
    recipe: str  # as text in its one form; "" once that is known


@dataclass
class Read:
    facts: Facts
    batch: Batch
    pictures: list[ReadPicture]
    inputs: Sequence[tuple[Input, Facts]]


def read(row: Facts, arrival: Arrival) -> Read:
    """Raises `Refused` for what can't be a request. While rows are written, others wait: what was
    found sound when these very bytes were judged is not looked at again then."""
    batch: Batch = REQUEST.read(row)
    batch.template = _template(row.get("template"), arrival)
    batch.reason = reason.cleaned(row.get("reason"))
    inputs = [(INPUT.read(each), each) for each in _objects(row, "inputs", MOST_INPUTS)]
    pictures = [_picture(each) for each in _objects(row, "pictures", MOST_PICTURES)]
    if not arrival.is_settled:
        plain_json([row["inputs"], row["pictures"]])
        _look_at(row, batch)
        for picture in pictures:
            _look_at_picture(picture)
    return Read(row, batch, pictures, inputs)


def _look_at(row: Facts, batch: Batch) -> None:
    for name in ("width", "height"):
        within(getattr(batch, name), 1, MOST_SIDE, name)
    shapes.check(batch.loras, shapes.LORAS, "loras")
    shapes.check(batch.corrections, shapes.list_of(shapes.is_text), "corrections")
    if batch.margins is not None:
        shapes.check(batch.margins, shapes.MARGINS, "margins")
    created_of(row)
    whole(row.get("number"))


def _picture(facts: Facts) -> ReadPicture:
    return ReadPicture(facts, JOB.read(facts), PICTURE.read(facts), tags_of(facts), "")


def _look_at_picture(picture: ReadPicture) -> None:
    facts, image = picture.facts, picture.image
    whole(facts.get("number"))
    created_of(facts)
    within(image.company, 1, 1000, "company")
    within(image.wait_seconds, -MOST_SECONDS, MOST_SECONDS, "wait_seconds")  # two clocks
    for name in ("draw_seconds", "load_seconds"):
        within(getattr(image, name), 0, MOST_SECONDS, name)
    picture.recipe = shapes.recipe_text(facts.get("recipe"))
    if image.verdict is not None:
        shapes.check(image.verdict, shapes.VERDICT, "verdict")
    whole(image.rating, 5, "rating")


def tags_of(picture: Facts) -> list[str]:
    tags = shapes.check(picture.get("tags"), shapes.list_of(shapes.is_text), "tags")
    if len(tags) > MOST_TAGS or any(not 0 < len(tag) <= TAG_LENGTH for tag in tags):
        raise Refused.because("json", "tags")
    return sorted(set(tags))


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
    return found
