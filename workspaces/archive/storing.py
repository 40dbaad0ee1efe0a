"""The only place that stores the pictures of an archive, before any row of it is written."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import connections
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from billing.models import Account
from workspaces.archive import reader, staging
from workspaces.archive.arriving import Arrival
from workspaces.archive.checking import Source
from workspaces.archive.errors import Refused, TooMuch
from workspaces.archive.registry import Facts, Section

SIGNATURE = b"\x89PNG\r\n\x1a\n"
AT_ONCE = 2  # pictures that are decoded, each by a process
WAITING = 2  # and so many lie ready for these
Report = Callable[[int, int], None]  # how much is done, of how much


def store(source: Source, arrival: Arrival, report: Report) -> None:
    """All files that are expected. What is stored is named in `arrival.keys`, whatever happens."""
    total = len(arrival.expected)
    room = _Room(arrival.person)
    underway: deque[Future[Sequence[str]]] = deque()
    with (
        TemporaryDirectory(prefix=staging.BESIDE) as folder,
        arrival.closing,
        ThreadPoolExecutor(AT_ONCE) as beside,
    ):
        try:
            for number, member in enumerate(reader.members(source())):
                if member.name not in arrival.expected:
                    continue
                report(len(arrival.stored), total)
                section, row = arrival.expected.pop(member.name)
                path = Path(folder) / str(number)
                _spool(member.chunks, path, member.name)
                # What it may have to say is said in the language of whoever asks.
                work = partial(_take, section, row, member.name, path, arrival)
                underway.append(beside.submit(copy_context().run, work))
                if len(underway) == AT_ONCE + WAITING:
                    arrival.keys += underway.popleft().result()
                    room.check(arrival.stored)
            while underway:
                arrival.keys += underway.popleft().result()
            room.check(arrival.stored)
        finally:
            for each in underway:
                with suppress(Exception):  # one that goes wrong is enough to be told
                    arrival.keys += each.result()
    report(total, total)


def _spool(chunks: Iterable[bytes], path: Path, name: str) -> None:
    """To this machine's disk: several large ones at once are more than a worker has memory for."""
    head = b""
    with path.open("wb") as file:
        for chunk in chunks:
            head = head if len(head) >= len(SIGNATURE) else head + chunk[: len(SIGNATURE)]
            file.write(chunk)
    # Anything else would become larger here than the archive says, unseen.
    if not head.startswith(SIGNATURE):
        raise Refused.because("picture", name)


def _take(section: Section, row: Facts, name: str, path: Path, arrival: Arrival) -> Sequence[str]:
    try:
        return section.take_file(row, name, path, arrival)
    finally:
        path.unlink()
        connections.close_all()  # this thread's own, if it asked anything


class _Room:
    """What the plan has left, for what is really stored: encoded anew, and with renditions."""

    def __init__(self, person: Any) -> None:
        account = Account.objects.of(person)
        most = account.storage_bytes
        self.left = None if most is None else max(0, most - account.stored)

    def check(self, stored: Mapping[str, Any]) -> None:
        # A copy: the next pictures come meanwhile.
        size = sum(each["bytes"] + each["extra_bytes"] for each in list(stored.values()))
        if self.left is not None and size > self.left:
            said = _(
                "The pictures of this archive take more than the %(room)s that your plan has left."
            )
            raise TooMuch(said % {"room": filesizeformat(self.left)})
