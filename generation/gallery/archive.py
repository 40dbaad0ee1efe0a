"""Pictures as one ZIP, made while it is sent: originals, and what they were made from."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.core.files.storage import default_storage
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from zipstream import ZipStream

from generation.models import Image
from generation.serving import file_name
from pixazo.streaming import sent
from pixazo.texts.formulas import harmless

MOST = 5_000  # pictures of one archive
CHUNK = 256 * 1024
COLUMNS = (
    *("file", "prompt", "description", "negative_prompt", "model", "seed", "width", "height"),
    *("steps", "guidance", "mode", "rating", "starred", "tags", "created", "recipe_hash"),
)


def zip_of(
    request: HttpRequest, images: QuerySet[Image], name: str, order: Sequence[str] = ("-id",)
) -> StreamingHttpResponse:
    """The first of them in that order. `name` is what the file is called, without its ending."""
    rows = list(_whole(images).order_by(*order)[:MOST])
    archive = ZipStream(sized=True)
    for image in rows:
        archive.add(_content(image.original), file_name(image, image.original), size=image.bytes)
    archive.add(_manifest(rows), "manifest.json")
    archive.add(table(rows), "manifest.csv")
    response = StreamingHttpResponse(sent(request, iter(archive)), content_type="application/zip")
    response["Content-Length"] = str(len(archive))
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or ""
    response["Cache-Control"] = "private, no-store"
    return response


def csv_of(images: QuerySet[Image], name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(
        [table(list(_whole(images).order_by("-id")[:MOST]))], content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or ""
    response["Cache-Control"] = "private, no-store"
    return response


def table(images: Iterable[Image]) -> str:
    """What is asked for in a spreadsheet: a line that begins like a formula is made none."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for image in images:
        facts = _facts(image)
        row = {name: facts[name] for name in COLUMNS} | {"tags": ", ".join(facts["tags"])}
        writer.writerow({name: harmless(value) for name, value in row.items()})
    return text.getvalue()


def _manifest(images: Iterable[Image]) -> str:
    known = [_facts(image) | {"recipe": image.recipe} for image in images]
    return json.dumps({"version": 1, "images": known}, indent=2, ensure_ascii=False)


def _facts(image: Image) -> dict[str, Any]:
    batch = image.job.batch
    return {
        "id": str(image.pk),
        "file": file_name(image, image.original),
        "prompt": batch.prompt,
        "description": image.alt,
        "negative_prompt": batch.negative_prompt,
        "model": image.model_name,
        "seed": image.job.seed,
        "width": image.width,
        "height": image.height,
        "steps": batch.num_inference_steps,
        "guidance": batch.guidance_scale,
        "mode": batch.mode,
        "rating": image.rating,
        "starred": image.starred,
        "tags": [tag.name for tag in image.tags.all()],
        "created": image.created.isoformat(),
        "recipe_hash": image.recipe_hash,
    }


def _whole(images: QuerySet[Image]) -> QuerySet[Image]:
    return images.select_related("job__batch").prefetch_related("tags")


def _content(key: str) -> Iterator[bytes]:
    """Opened when its turn comes."""
    with default_storage.open(key) as file:
        while chunk := file.read(CHUNK):
            yield chunk
