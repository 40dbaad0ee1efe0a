"""The only place where a drawing that is under way meets its jobs' rows.

A `Progress` is the report of one provider call: it stores steps and previews, renews the lease,
and stops the call when nobody waits for it any more.
"""

import logging
import math
import threading
import time
from collections.abc import Sequence

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F

from generation import pictures
from generation.fault_points import reach
from generation.models import Job, Preview
from generation.providers.base import Preview as PreviewMaker
from generation.providers.errors import Cancelled, TooSlow
from generation.safety import previews

log = logging.getLogger(__name__)

WRITE_SECONDS = 0.4  # at least so long between two steps that are stored
LOOK_SECONDS = 0.05  # and between two looks whether the pictures are still wanted
# So long between two previews, and none when the picture itself is there sooner.
PREVIEW_SECONDS = 0.8
# Previews may take at most this share of the time.
PREVIEW_SHARE = 0.02


class Stop(threading.Event):
    """Set when a worker should end; what needs longer than its grace is handed back."""

    deadline = 0.0

    def ask(self, grace_seconds: float) -> None:
        self.deadline = time.monotonic() + grace_seconds
        self.set()

    def leaves(self, seconds: float) -> bool:
        """Whether that much time is left."""
        return not self.is_set() or time.monotonic() + seconds < self.deadline


class Progress:
    def __init__(self, jobs: Sequence[Job], stop: Stop | None = None) -> None:
        self.jobs = tuple(jobs)
        # By their place in the call; a job goes when it is cancelled, lost or ended.
        self.wanted = dict(enumerate(self.jobs))
        self.stop = stop or Stop()
        self.begun = time.monotonic()
        self.heard = self.begun
        self.drawing_since = 0.0
        self.limit: float | None = None  # seconds for the whole drawing, where they are known
        self.is_begun = False  # and stored
        self.step = 0
        self.written = 0.0
        self.written_step = 0
        self.looked = 0.0
        self.previewed = self.begun
        self.preview_pause = PREVIEW_SECONDS

    def __call__(self, step: int, preview: PreviewMaker | None = None) -> None:
        """See `providers.base.Report`."""
        self.heard = time.monotonic()
        self.step = step
        try:
            if step == 0:
                self._begin()
            else:
                self._note(step, preview)
        except (OperationalError, InterfaceError) as error:
            # Not being able to say how far it is must not spoil the picture: the lease decides.
            log.warning("Progress could not be stored: %s", error)
            connection.close()
        if self.stop.is_set() and not self.stop.leaves(self._seconds_left(step)):
            self.hand_back("the worker stopped")
        if not self.wanted:
            raise Cancelled
        if self._seconds_over() > 0:
            raise TooSlow

    def sent(self, number: int, remote_id: str) -> None:
        """See `providers.base.Report`."""
        if not self.jobs[number].note_remote(remote_id):
            self.wanted.pop(number, None)
            raise Cancelled

    def hand_back(self, note: str, *, alone: bool = False, rest: float = 0.0) -> None:
        """These jobs wait again, after `rest` seconds, and the attempt does not count."""
        for place, job in list(self.wanted.items()):
            job.hand_back(note, alone=alone, rest=rest)
            self.wanted.pop(place, None)

    def renew(self) -> None:
        """Keep the leases while the drawing gets on; called from the heart's thread."""
        if self.overtime < 0:
            for job in list(self.wanted.values()):
                job.renew_lease()

    @property
    def reached(self) -> str:
        """Such as 7/20."""
        return f"{self.step}/{self.jobs[0].steps}"

    @property
    def silent_seconds(self) -> float:
        """How long ago the provider last reported anything."""
        return time.monotonic() - self.heard

    @property
    def overtime(self) -> float:
        """Seconds that it has been silent, or drawing, for longer than it may; below zero while all
        is well."""
        return max(self.silent_seconds - self.patience, self._seconds_over())

    @property
    def patience(self) -> float:
        """How long it may be silent. Loading and decoding report nothing; a download, or a large
        picture on a slow machine, may take long."""
        is_between_steps = self.drawing_since and self.step < self.jobs[0].steps
        return settings.STALL_SECONDS if is_between_steps else settings.LOAD_SECONDS

    def _seconds_over(self) -> float:
        if self.limit is None or not self.drawing_since:
            return -math.inf
        return time.monotonic() - self.drawing_since - self.limit

    def _begin(self) -> None:
        self.drawing_since = self.drawing_since or time.monotonic()
        for place, job in list(self.wanted.items()):
            # Asked again after an error, the rows may say so already.
            if not (job.start_drawing() or job.is_still_mine()):
                self.wanted.pop(place)
        self.is_begun = True
        reach("draw.begun")

    def _note(self, step: int, preview: PreviewMaker | None) -> None:
        if step == 2:
            reach("draw.step")
        # The last one at once, so that the page is not behind: but once, however often it is drawn.
        is_done = step == self.jobs[0].steps and self.written_step != step
        if self.heard - self.written >= WRITE_SECONDS or is_done:
            self.written, self.written_step = self.heard, step
            if not self.is_begun:
                self._begin()
            has_time = self._seconds_left(step) >= PREVIEW_SECONDS
            frames = self._frames(preview) if has_time and step < self.jobs[0].steps else {}
            for place, job in list(self.wanted.items()):
                if not _write(job, step, frames.get(place)):
                    self.wanted.pop(place)
        elif self.heard - self.looked >= LOOK_SECONDS:
            self.looked = self.heard
            for place, job in list(self.wanted.items()):
                if not job.is_still_mine():
                    self.wanted.pop(place)

    def _frames(self, preview: PreviewMaker | None) -> dict[int, bytes]:
        if preview is None or self.heard - self.previewed < self.preview_pause:
            return {}
        made = {place: preview(place) for place in self.wanted}
        frames = {
            place: pictures.preview(previews.shown(image, self.jobs[place]))
            for place, image in made.items()
            if image
        }
        self.previewed = time.monotonic()
        cost = self.previewed - self.heard
        self.preview_pause = max(PREVIEW_SECONDS, cost / PREVIEW_SHARE)
        return frames

    def _seconds_left(self, step: int) -> float:
        """Until the picture is done, if it goes on as it went so far."""
        if not step:
            return float("inf")
        took = time.monotonic() - self.drawing_since
        return took / step * (self.jobs[0].steps - step)


@transaction.atomic
def _write(job: Job, step: int, frame: bytes | None) -> bool:
    if not job.note_step(step):
        return False
    if frame is not None:
        # After the conditional update, in its transaction: a job that ended gets no new frame.
        rows = Preview.objects.filter(job=job)
        if not rows.update(number=F("number") + 1, webp=frame):
            Preview.objects.create(job=job, number=1, webp=frame)
    job.announce()
    return True
