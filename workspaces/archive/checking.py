"""Has an archive looked at by a process of its own, which may crash, hang or eat memory alone."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread, Timer
from typing import Any

from workspaces.archive import bounds, reader
from workspaces.archive.errors import Refused

MEMORY = 2**30  # bytes of address space
# Seconds of computing: some for anything, and one more for each so many bytes.
SECONDS, BYTES_A_SECOND = 10, 10 * 2**20
PATIENCE = 6  # times as long may pass on a machine that is busy
MOST_SAID = 2**24  # bytes
Source = Callable[[], Iterable[bytes]]  # the archive's bytes, from their beginning


@dataclass(frozen=True)
class Checked:
    name: str
    description: str
    chat_model: str  # which chats begin with; "" where nothing is said of it
    files: dict[str, str]  # each picture's SHA-256
    sizes: dict[str, int]  # and its bytes
    missing: frozenset[str]
    bytes: int  # of all that is in it

    @property
    def title(self) -> str:
        return self.name or "Workspace"


def checked(source: Source, size: int) -> Checked:
    """What is in an archive of so many bytes. Raises `Refused`."""
    seconds = SECONDS + size // BYTES_A_SECOND
    said = _said_by_reader(source, seconds)
    if word := said.get("bad"):
        raise Refused.because(word, said.get("about", ""))
    if section := bounds.too_many(said["rows"]):
        raise Refused.because("rows", section)
    place = said["workspace"]
    return Checked(
        name=place["name"],
        description=place["description"],
        chat_model=place["chat_model"],
        files={name: each["sha256"] for name, each in said["files"].items()},
        sizes={name: each["bytes"] for name, each in said["files"].items()},
        missing=frozenset(said["missing"]),
        bytes=said["bytes"],
    )


def _said_by_reader(source: Source, seconds: int) -> dict[str, Any]:
    command = [sys.executable, "-I", reader.__file__, str(seconds), str(MEMORY)]
    said: list[bytes] = []
    with subprocess.Popen(
        command,
        cwd=Path(reader.__file__).parent,
        env={},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin
        assert process.stdout
        out = process.stdout
        ear = Thread(target=lambda: said.append(out.read(MOST_SAID)), daemon=True)
        late = Timer(PATIENCE * seconds, process.kill)
        ear.start()
        late.start()
        try:
            # It may have read enough before the end.
            with suppress(BrokenPipeError):
                for chunk in source():
                    process.stdin.write(chunk)
            with suppress(BrokenPipeError):
                process.stdin.close()
            ear.join()
            code = process.wait()
        except BaseException:
            process.kill()
            raise
        finally:
            late.cancel()
    if code:
        return {"bad": "time" if code < 0 else "memory"}
    known: dict[str, Any] = json.loads(said[0])
    return known
