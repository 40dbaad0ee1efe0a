"""A tool that is told to end leaves nothing behind: no process, no folder."""

import shutil
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

CODE = 143  # as a shell says it of who ended by SIGTERM
PATIENCE = 10  # seconds


def by_signal() -> None:
    """SIGTERM becomes an exception, so that whatever cleans up runs; and runs to its end: `timeout`
    tells a whole group, and who started this tells it once more."""

    def end(*_: object) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        sys.exit(CODE)

    signal.signal(signal.SIGTERM, end)


def remove(folder: Path) -> None:
    """Whoever was killed a moment ago may still be writing a file into it."""
    until = time.monotonic() + PATIENCE
    while folder.exists() and time.monotonic() < until:
        with suppress(OSError):
            shutil.rmtree(folder)
            return
        time.sleep(0.1)
    shutil.rmtree(folder, ignore_errors=True)
