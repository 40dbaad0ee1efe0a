"""Named places where a crash test may break the engine. Elsewhere they do nothing.

PIXAZO_FAULT is `point:kill`, `point:raise` or `point:sleep` (5 s), more of them with commas
between; it is ignored unless PIXAZO_TESTING is on.
"""

import os
import signal
import time

from django.conf import settings

SLEEP_SECONDS = 5.0

POINTS = (
    "submit.written",  # rows written, not committed
    "submit.committed",  # committed, no doorbell rung
    "claim.taken",  # leased, nothing begun
    "draw.begun",  # the model is loaded
    "draw.step",  # in the middle of a picture
    "draw.done",  # drawn, nothing kept
    "keep.file",  # the original is written, its renditions are not
    "keep.files",  # all files are written, no row
    "keep.row",  # rows written, not committed
    "keep.committed",  # finished, the worker does not know yet
    "end.written",  # its state is an end, its units are still set aside; not committed
    "back.written",  # it waits again, its person is not in line yet; not committed
    "upload.file",  # a picture that was brought along is written, its small one and its row are not
    "archive.file",  # a file of an archive is stored, others and all rows are not
    "archive.rows",  # rows of an archive are written, not committed
)


class InjectedFault(RuntimeError):
    """What `point:raise` raises."""


def reach(point: str) -> None:
    """Do what PIXAZO_FAULT says about this point: in production nothing."""
    if not (settings.TESTING and settings.FAULT):
        return
    for fault in settings.FAULT.split(","):
        name, _, action = fault.strip().partition(":")
        if name != point:
            continue
        if action == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif action == "sleep":
            time.sleep(SLEEP_SECONDS)
        else:
            raise InjectedFault(point)
