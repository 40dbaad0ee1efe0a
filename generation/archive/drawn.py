"""Stores the pictures of an archive: decoded as an upload is, and encoded anew with their recipes.

Where a picture comes from its file says itself, or nothing does: the site's own word for it, and
its signature, would be worth nothing if any picture could have them.
"""

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from mmap import ACCESS_READ, mmap
from pathlib import Path

from PIL import Image as Pillow

from generation import pictures
from generation.fault_points import reach
from generation.metadata.source import source_type
from generation.provenance import mark
from generation.safety import outputs
from pixazo.decoding import Decoders
from workspaces.archive.arriving import Arrival
from workspaces.archive.reader import parsed
from workspaces.archive.registry import Facts


def take(row: Facts, name: str, path: Path, arrival: Arrival) -> Sequence[str]:
    recipe = parsed(row["recipe"].encode(), "recipe")
    # Not read whole: it may be large.
    with path.open("rb") as file, mmap(file.fileno(), 0, access=ACCESS_READ) as content:
        said = mark.of_ours(source_type(content))
    with decoders(arrival).decoded(path, "pixels") as picture:
        size = picture.width, picture.height
        image = Pillow.frombytes("RGB", size, picture.original.read_bytes())
    place = None if arrival.place._state.adding else arrival.place  # noqa: SLF001  Django's own
    if outputs.is_held_back(image, arrival.person, place, row["prompt"]):
        arrival.hold_back(name)
        return ()
    stored = pictures.store(image, recipe, arrival.place, said)
    arrival.stored[name] = asdict(stored) | {
        "is_composed": said == mark.COMPOSED,
        "arrived_sha256": arrival.files[name],
        "recipe_hash": sha256(row["recipe"].encode()).hexdigest(),
    }
    reach("archive.file")
    return stored.keys


def decoders(arrival: Arrival) -> Decoders:
    """One archive's own."""
    found: Decoders = arrival.tool("decoders", Decoders)
    return found
