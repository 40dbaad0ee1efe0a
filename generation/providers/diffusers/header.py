"""The header of a safetensors file, read and doubted before anything maps the file.

The format is eight bytes of length, JSON, then the tensors' bytes without gaps
(https://github.com/huggingface/safetensors, "Format"). Only the header is read here: a file of any
size is judged within milliseconds and a few megabytes.
"""

import json
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from math import prod
from pathlib import Path
from typing import Any, BinaryIO

from django.utils.translation import gettext as _

from generation.providers.errors import ModelTrouble

# That of SDXL in one file has 0.3 MiB; safetensors itself would read 100 MB.
LONGEST = 3 * 2**20  # bytes
# Each costs a Python object when the JSON is read; five thousand tensors have ten thousand.
MOST_BRACKETS = 200_000
MOST_DIMENSIONS = 16
BITS = {
    **dict.fromkeys(("F4",), 4),
    **dict.fromkeys(("F6_E2M3", "F6_E3M2"), 6),
    **dict.fromkeys(
        ("BOOL", "U8", "I8", "F8_E5M2", "F8_E4M3", "F8_E8M0", "F8_E4M3FNUZ", "F8_E5M2FNUZ"), 8
    ),
    **dict.fromkeys(("I16", "U16", "F16", "BF16"), 16),
    **dict.fromkeys(("I32", "U32", "F32"), 32),
    **dict.fromkeys(("I64", "U64", "F64", "C64"), 64),
}
# How pickles and the archives that hold them begin, by whatever name they go.
PICKLES = (b"\x80", b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"\x93NUMPY")


@dataclass(frozen=True)
class Tensor:
    dtype: str
    shape: tuple[int, ...]


@dataclass(frozen=True)
class Header:
    tensors: Mapping[str, Tensor]
    metadata: Mapping[str, str]  # text of whoever made the file: shown as text only


class _Wrong(ValueError):
    """What is wrong with a header, in words for staff."""


def read(path: Path) -> Header:
    """Raises `ModelTrouble` for whatever is not a whole and honest safetensors file."""
    if path.suffix != ".safetensors" or is_pickle(path):
        raise ModelTrouble(
            _("This model's weights are pickles; only safetensors are loaded."),
            code="model_pickled",
            details=path.name,
        )
    try:
        with path.open("rb") as file:
            return _header(file)
    except (_Wrong, OSError) as error:
        raise ModelTrouble(
            _("This model's files are damaged or incomplete."),
            code="model_damaged",
            details=f"{path.name}: {error}",
        ) from None


def is_pickle(path: Path) -> bool:
    """Judged by content. A safetensors file can't begin so: its length would be absurd, or its
    ninth byte is the brace that opens the JSON."""
    try:
        with path.open("rb") as file:
            start = file.read(9)
    except OSError:
        return False
    return start.startswith(PICKLES) and start[8:] != b"{"


def _header(file: BinaryIO) -> Header:
    status = os.fstat(file.fileno())
    if not stat.S_ISREG(status.st_mode):
        raise _Wrong("it is not a file")
    length = int.from_bytes(_exactly(file, 8), "little")
    if length > LONGEST:
        raise _Wrong(f"its header would have {length} bytes, {LONGEST} are allowed")
    entries = _entries(_exactly(file, length))
    metadata = _metadata(entries.pop("__metadata__", {}))
    places = {name: _place(name, entry) for name, entry in entries.items()}
    _check_places(places, status.st_size - 8 - length)
    return Header({name: tensor for name, (tensor, _, _) in places.items()}, metadata)


def _exactly(file: BinaryIO, count: int) -> bytes:
    found = file.read(count)
    if len(found) < count:
        raise _Wrong("it ends within its header")
    return found


def _entries(text: bytes) -> dict[str, Any]:
    if text.count(b"{") + text.count(b"[") > MOST_BRACKETS:
        raise _Wrong("its header has too many parts")
    try:
        entries = json.loads(text.decode("utf-8"), object_pairs_hook=_without_twins)
    except _Wrong:
        raise
    except (ValueError, RecursionError):
        raise _Wrong("its header is not JSON") from None
    if not isinstance(entries, dict) or not text.startswith(b"{"):
        raise _Wrong("its header is not a JSON object")
    return entries


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Wrong("its header names something twice")
    return found


def _metadata(given: Any) -> dict[str, str]:
    if not isinstance(given, dict) or not all(isinstance(text, str) for text in given.values()):
        raise _Wrong("its metadata are not text")
    return given


def _place(name: str, entry: Any) -> tuple[Tensor, int, int]:
    """A tensor, and where its bytes begin and end."""
    if not isinstance(entry, dict) or set(entry) != {"dtype", "shape", "data_offsets"}:
        raise _Wrong(f"{name[:100]!r} is not described as a tensor")
    dtype, shape, offsets = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not isinstance(dtype, str) or dtype not in BITS:
        raise _Wrong(f"{name[:100]!r} has an unknown type")
    if not _are_sizes(shape) or len(shape) > MOST_DIMENSIONS:
        raise _Wrong(f"{name[:100]!r} has no shape")
    if not _are_sizes(offsets) or len(offsets) != 2 or offsets[0] > offsets[1]:
        raise _Wrong(f"{name[:100]!r} has no place")
    begin, end = offsets
    if prod(shape) * BITS[dtype] != (end - begin) * 8:
        raise _Wrong(f"{name[:100]!r} has not the size of its type and shape")
    return Tensor(dtype, tuple(shape)), begin, end


def _are_sizes(given: Any) -> bool:
    # Of JSON's true, Python says that it is an int.
    return isinstance(given, list) and all(
        type(size) is int and 0 <= size < 2**63 for size in given
    )


def _check_places(places: Mapping[str, tuple[Tensor, int, int]], size: int) -> None:
    if not places:
        raise _Wrong("it holds no tensors")
    expected = 0
    for begin, end in sorted(place[1:] for place in places.values()):
        if begin != expected:
            raise _Wrong("its tensors overlap" if begin < expected else "there is a gap in it")
        expected = end
    if expected != size:
        raise _Wrong("it is truncated" if expected > size else "there is more after its tensors")
