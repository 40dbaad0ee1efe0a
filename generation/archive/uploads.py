"""Pictures that were brought along, to work from."""

import hashlib
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy

from generation import meter, pictures
from generation.archive.drawn import decoders
from generation.fault_points import reach
from generation.models import Upload
from generation.storage import UPLOADS
from generation.uploads.keeping import look_for_room
from workspaces.archive.arriving import Arrival, add, created_of
from workspaces.archive.leaving import Leaving
from workspaces.archive.registry import Facts, Found, Section
from workspaces.archive.shape import Shape
from workspaces.models import Workspace

SHAPE = Shape(Upload, "origin")


class Uploads(Section):
    name, title, rank = "uploads", gettext_lazy("Uploads"), 60

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        for row in leaving.workspace.uploads.order_by("id").iterator():
            number = leaving.number(self.name, row.pk)
            file = leaving.file(self.name, number, "", row.original, row.bytes)
            facts = {"number": number, "created": row.created.isoformat(), "file": file}
            yield facts | SHAPE.facts(row)

    def size(self, workspace: Workspace) -> int:
        return workspace.uploads.aggregate(bytes=Sum("bytes"))["bytes"] or 0

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        fresh = SHAPE.read(row)
        if not arrival.has_file(row.get("file")):
            return []
        there = arrival.there(self.name, _there).get(arrival.files[row["file"]])
        if there is None:
            arrival.expect(self, {"origin": fresh.origin}, row["file"])
            return [Found.NEW]
        arrival.note(self.name, row, there)
        return [Found.SAME]

    def take_file(self, row: Facts, name: str, path: Path, arrival: Arrival) -> Sequence[str]:
        kind = "mask" if row["origin"] == Upload.Origin.MASK else "picture"
        base = f"{UPLOADS}/archive/{secrets.token_hex(16)}"
        with decoders(arrival).decoded(path, kind) as picture:
            content = picture.original.read_bytes()
            keys = []
            try:
                for path, ending in ((picture.original, "png"), (picture.small, "small.webp")):
                    with path.open("rb") as file:
                        keys.append(default_storage.save(f"{base}.{ending}", File(file)))
                    reach("archive.file")
            except BaseException:
                pictures.discard(keys)
                raise
            arrival.stored[name] = {
                "original": keys[0],
                "small": keys[1],
                "width": picture.width,
                "height": picture.height,
                "bytes": len(content),
                "extra_bytes": picture.small.stat().st_size,
                "sha256": hashlib.sha256(content).hexdigest(),
                "arrived_sha256": arrival.files[name],
            }
        return keys

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        new: dict[str, Upload] = {}
        there = arrival.there(self.name, _there)
        created = {}
        for row in rows:
            if list(self.judge(row, arrival)) != [Found.NEW]:
                continue
            stored = arrival.file(row["file"])
            if known := there.get(stored["sha256"]):
                # Another packing of what is here: encoded anew it is the same file.
                arrival.note(self.name, row, known)
                continue
            upload = new.get(stored["sha256"])
            if upload is None:
                place = {"workspace": arrival.place, "author": arrival.person}
                upload = SHAPE.read(row, **place, **stored)
                upload.pk = arrival.new_id(self.name, created_of(row))
                created[upload.pk] = created_of(row)
                new[stored["sha256"]] = upload
                arrival.used.update(upload.keys)
            arrival.note(self.name, row, upload.pk)
        if new:
            size = sum(upload.bytes for upload in new.values())
            look_for_room(arrival.place, arrival.person, size, len(new))
            add(list(new.values()), created)
            transaction.on_commit(lambda: meter.recount(arrival.person.pk), robust=True)


def _there(workspace: Workspace) -> dict[Any, Any]:
    """By the file's hash, and by that of the file that it came as."""
    rows = list(workspace.uploads.values_list("arrived_sha256", "sha256", "pk"))
    came = {arrived: pk for arrived, _sha256, pk in rows if arrived}
    return came | {sha256: pk for _arrived, sha256, pk in rows}
