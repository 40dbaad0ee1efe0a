"""Decodes pictures in a process of its own, which may crash, hang or eat memory alone."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import BoundedSemaphore, Timer
from types import TracebackType
from typing import Any

from django.utils.translation import gettext as _

from pixazo.decoding import leftovers
from pixazo.decoding.decoder import MOST_PIXELS
from pixazo.decoding.errors import Crowded, NotAPicture, TooCostly, TooLarge, WrongFormat

DECODER = Path(__file__).with_name("decoder.py")
SECONDS = 30.0  # for a machine that is busy; the decoder's own limit is in seconds of computing
# Each may take a gigabyte for a moment.
AT_ONCE = 2
# How one ends whose seconds of computing are over, and one that the system needed the memory of.
SPENT = (-signal.SIGXCPU, -signal.SIGKILL)
TURN_SECONDS = 60.0
MOST_SAID = 1000  # bytes of an answer
LASTS = 500  # pictures of one decoder: what it may have learned or lost goes with it

_turns = BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True)
class Decoded:
    """Two files, gone when the `with` block ends: PNG without metadata, and a small WebP. Of what
    was asked for as `pixels`, one: RGB, a byte each, and no small picture."""

    original: Path
    small: Path
    width: int
    height: int
    pixels: str  # what they are known by (`provenance/fingerprint.py`)


@contextmanager
def decoded(chunks: Iterable[bytes], kind: str = "picture") -> Iterator[Decoded]:
    """The picture that the bytes hold, as pixels that we encoded. A "mask" becomes one channel, and
    so does a "hole", whose transparent part becomes white.

    Raises `WrongFormat`, `TooLarge`, `TooCostly`, `NotAPicture`, or `Crowded` where too many wait.
    """
    with Decoder(lasts=1) as decoder:
        with decoder.sent.open("wb") as file:
            for chunk in chunks:
                file.write(chunk)
        with _turn():
            picture = decoder.decode(kind)
        yield picture


class Decoders:
    """For many pictures of one person, who alone could be deceived by a process that one of their
    own pictures took over: starting one takes longer than most pictures. Use as a context manager;
    threads may share it."""

    def __init__(self) -> None:
        self.idle: list[Decoder] = []

    def __enter__(self) -> "Decoders":
        return self

    def __exit__(self, *raised: object) -> None:
        while self.idle:
            self.idle.pop().close()

    @contextmanager
    def decoded(self, path: Path, kind: str) -> Iterator[Decoded]:
        """As `decoded` above, of a file. `kind`: "picture", "mask" or "pixels"."""
        try:
            decoder = self.idle.pop()
        except IndexError:
            decoder = Decoder(LASTS)
        try:
            shutil.copyfile(path, decoder.sent)
            with _turn():
                picture = decoder.decode(kind)
            yield picture
        finally:
            if decoder.is_spent:
                decoder.close()
            else:
                self.idle.append(decoder)


class Decoder:
    """One process, and the folder in which it reads `sent` and writes `original` and `small`."""

    def __init__(self, lasts: int) -> None:
        self.left = lasts
        leftovers.sweep_at_times()
        self.folder = TemporaryDirectory(prefix=leftovers.BESIDE)
        path = Path(self.folder.name)
        self.sent, self.original, self.small = (
            path / name for name in ("sent", "original", "small")
        )
        self.sent.touch()
        self.process: subprocess.Popen[bytes] | None = None
        self.lasts = lasts
        self.held = leftovers.hold(self.folder.name)

    def __enter__(self) -> "Decoder":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def is_spent(self) -> bool:
        return self.left <= 0

    def decode(self, kind: str) -> Decoded:
        """What lies in `sent`. After any trouble it is spent: what it says next is not believed."""
        self.left -= 1
        said = self._ask(kind)
        if trouble := said.get("trouble"):
            self.left = 0
            raise _words(trouble)
        return Decoded(self.original, self.small, said["width"], said["height"], said["pixels"])

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.communicate()  # nosemgrep: missing-timeout  it was just killed
        self.folder.cleanup()
        os.close(self.held)

    def _ask(self, kind: str) -> dict[str, Any]:
        """What the process says. Its own crash is one damaged picture; what used up its time or its
        memory may be a sound one."""
        process = self.process = self.process or self._started()
        assert process.stdin
        assert process.stdout
        overdue: list[bool] = []

        def give_up() -> None:
            overdue.append(True)
            process.kill()

        late = Timer(SECONDS, give_up)
        late.start()
        try:
            with suppress(BrokenPipeError):
                process.stdin.write(f"{kind}\n".encode())
                process.stdin.flush()
            line = process.stdout.readline(MOST_SAID)
        finally:
            late.cancel()
        if line:
            return _read(line)
        return {"trouble": "spent"} if overdue or process.wait() in SPENT else _read(b"")

    def _started(self) -> subprocess.Popen[bytes]:
        # -I: neither the working folder nor the environment adds code to it.
        return subprocess.Popen(
            [sys.executable, "-I", str(DECODER), self.folder.name, str(self.lasts)],
            cwd=self.folder.name,
            env={},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=TURN_SECONDS):
        raise Crowded(_("Too many pictures are being uploaded. Try again in a moment."))
    try:
        yield
    finally:
        _turns.release()


def _words(trouble: object) -> Exception:
    match trouble:
        case "format":
            return WrongFormat()
        case "pixels":
            return TooLarge(
                _("A picture may have up to %(size)s megapixels.") % {"size": MOST_PIXELS // 10**6}
            )
        case "spent" | "memory":
            return TooCostly()
        case "opaque":
            return NotAPicture(
                _("No part of the mask is transparent: what is transparent in it is drawn anew.")
            )
        case _:
            return NotAPicture(_("This picture is damaged: it can't be read to its end."))


def _read(line: bytes) -> dict[str, Any]:
    try:
        said = json.loads(line)
    except ValueError:
        said = None
    is_sound = isinstance(said, dict) and (
        "trouble" in said or {"width", "height", "pixels"} <= set(said)
    )
    return said if is_sound else {"trouble": "damaged"}
