"""Decodes a picture in a process of its own, which may crash, hang or eat memory alone."""

import json
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore
from typing import Any

from django.utils.translation import gettext as _

from pixazo.decoding.decoder import MOST_PIXELS
from pixazo.decoding.errors import Crowded, NotAPicture, TooCostly, TooLarge, WrongFormat

DECODER = Path(__file__).with_name("decoder.py")
SECONDS = 30.0  # for a machine that is busy; the decoder's own limit is in seconds of computing
# Each may take a gigabyte for a moment.
AT_ONCE = 2
# How one ends whose seconds of computing are over, and one that the system needed the memory of.
SPENT = (-signal.SIGXCPU, -signal.SIGKILL)
TURN_SECONDS = 60.0

_turns = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Decoded:
    """Two files, gone when the `with` block ends: PNG without metadata, and a small WebP."""

    original: Path
    small: Path
    width: int
    height: int
    pixels: str  # what they are known by (`provenance/fingerprint.py`)


@contextmanager
def decoded(chunks: Iterable[bytes], *, is_mask: bool = False) -> Iterator[Decoded]:
    """The picture that the bytes hold, as pixels that we encoded. A mask becomes one channel.

    Raises `WrongFormat`, `TooLarge`, `TooCostly`, `NotAPicture`, or `Crowded` where too many wait.
    """
    with TemporaryDirectory(prefix="pixazo-upload-") as name:
        folder = Path(name)
        with (folder / "sent").open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        if not _turns.acquire(timeout=TURN_SECONDS):
            raise Crowded(_("Too many pictures are being uploaded. Try again in a moment."))
        try:
            said = _run(folder, is_mask)
        finally:
            _turns.release()
        yield Decoded(
            folder / "original", folder / "small", said["width"], said["height"], said["pixels"]
        )


def _run(folder: Path, is_mask: bool) -> dict[str, Any]:
    """What the decoder says. Its own crash is one damaged picture; what used up its time or its
    memory may be a sound one."""
    try:
        # -I: neither the working folder nor the environment adds code to it.
        done = subprocess.run(
            [sys.executable, "-I", str(DECODER), str(folder), "mask" if is_mask else "picture"],
            cwd=folder,
            env={},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        said: dict[str, Any] = (
            {"trouble": "spent"} if done.returncode in SPENT else _read(done.stdout)
        )
    except subprocess.TimeoutExpired:
        said = {"trouble": "spent"}
    match said.get("trouble"):
        case None:
            return said
        case "format":
            raise WrongFormat
        case "pixels":
            raise TooLarge(
                _("A picture may have up to %(size)s megapixels.") % {"size": MOST_PIXELS // 10**6}
            )
        case "spent" | "memory":
            raise TooCostly
        case _:
            raise NotAPicture(_("This picture is damaged: it can't be read to its end."))


def _read(stdout: bytes) -> dict[str, Any]:
    try:
        said = json.loads(stdout)
    except ValueError:
        said = None
    is_sound = isinstance(said, dict) and (
        "trouble" in said or {"width", "height", "pixels"} <= set(said)
    )
    return said if is_sound else {"trouble": "damaged"}
