"""Pictures as one ZIP, made while it is sent: originals, and what they were made from."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from zipstream import ZipStream

from generation.models import Image
from generation.serving import file_name
from pixazo.streaming import sent
from pixazo.texts.formulas import harmless

MOST = 5_000  # pictures of which the whole archive is known before its first byte
AT_ONCE = 500  # rows that are read together
CHUNK = 256 * 1024
COLUMNS = (
    *("file", "prompt", "description", "negative_prompt", "model", "seed", "width", "height"),
    *("steps", "guidance", "mode", "rating", "starred", "tags", "created", "recipe_hash"),
)


def zip_of(
    request: HttpRequest,
    images: QuerySet[Image],
    name: str,
    order: Sequence[str] = ("-id",),
    most: int | None = None,
) -> StreamingHttpResponse:
    """All of them in that order, or the first `most`. `name` is what the file is called, without
    its ending. Above `MOST` nobody counts beforehand how large it will be."""
    rows = _Rows(images.order_by(*order)[:most])
    archive = ZipStream(sized=not rows.are_many)
    for image in rows:
        archive.add(_content(image.original), file_name(image, image.original), size=image.bytes)
    for lines, called in ((_manifest(rows), "manifest.json"), (table(rows), "manifest.csv")):
        archive.add(_encoded(lines) if rows.are_many else "".join(lines), called)
    response = StreamingHttpResponse(sent(request, iter(archive)), content_type="application/zip")
    if not rows.are_many:
        response["Content-Length"] = str(len(archive))
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.zip") or ""
    response["Cache-Control"] = "private, no-store"
    return response


def csv_of(request: HttpRequest, images: QuerySet[Image], name: str) -> StreamingHttpResponse:
    rows = _Rows(images.order_by("-id"))
    response = StreamingHttpResponse(
        sent(request, _encoded(table(rows))), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or ""
    response["Cache-Control"] = "private, no-store"
    return response


def table(images: Iterable[Image]) -> Iterator[str]:
    """Line by line what is asked for in a spreadsheet: one that begins like a formula is made
    none."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    for image in images:
        facts = _facts(image)
        row = {name: facts[name] for name in COLUMNS} | {"tags": ", ".join(facts["tags"])}
        writer.writerow({name: harmless(value) for name, value in row.items()})
        yield text.getvalue()
        text.seek(0)
        text.truncate()
    yield text.getvalue()


def _manifest(images: Iterable[Image]) -> Iterator[str]:
    """JSON, a picture at a time."""
    yield '{\n  "version": 1,\n  "images": ['
    comma = ""
    for image in images:
        known = _facts(image) | {"recipe": image.recipe}
        lines = json.dumps(known, indent=2, ensure_ascii=False).replace("\n", "\n    ")
        yield f"{comma}\n    {lines}"
        comma = ","
    yield "\n  ]\n}\n"


def _encoded(texts: Iterable[str]) -> Iterator[bytes]:
    for text in texts:
        yield text.encode()


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


class _Rows:
    """Pictures with all that is told of them, read as often as one likes. Many are read in parts,
    in whichever thread the answer is sent by then."""

    def __init__(self, images: QuerySet[Image]) -> None:
        self.pks = list(images.values_list("pk", flat=True))
        self.are_many = len(self.pks) > MOST
        self.known = [] if self.are_many else self._read(self.pks)

    def __iter__(self) -> Iterator[Image]:
        if not self.are_many:
            yield from self.known
            return
        for begin in range(0, len(self.pks), AT_ONCE):
            rows = self._read(self.pks[begin : begin + AT_ONCE])
            if not connection.in_atomic_block:
                connection.close()  # of a thread to which no request comes that would close it
            yield from rows

    def _read(self, pks: list[UUID]) -> list[Image]:
        """In their order, without those that have gone meanwhile."""
        found: dict[UUID, Image] = {}
        for begin in range(0, len(pks), AT_ONCE):
            images = Image.objects.filter(pk__in=pks[begin : begin + AT_ONCE])
            whole = images.select_related("job__batch").prefetch_related("tags")
            found |= {image.pk: image for image in whole}
        return [found[pk] for pk in pks if pk in found]


def _content(key: str) -> Iterator[bytes]:
    """Opened when its turn comes."""
    with default_storage.open(key) as file:
        while chunk := file.read(CHUNK):
            yield chunk
