"""Waits for the pictures of a request: in silence for the whole, or telling of each as it comes."""

from collections.abc import Sequence
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse

from generation.models import Batch, Job, Preview
from generation.openai_dialect import answers
from generation.openai_dialect.wording import Asked
from pixazo.later import Announced, Look


class Waiting(Announced):
    """A `pixazo.later.Watch`. `base` is the site's address as whoever asks knows it."""

    def __init__(self, asked: Asked, batch: Batch, base: str) -> None:
        self.asked, self.batch, self.base = asked, batch, base
        self.channel = batch.workspace.channel
        ordered = batch.jobs.order_by("index").values_list("pk", flat=True)
        self.ids: list[UUID] = [job.pk for job in batch.new_jobs or ()] or list(ordered)
        self.subjects = frozenset(f"{batch.pk}/{pk}" for pk in self.ids)
        self.until = monotonic() + settings.OPENAI_SECONDS

    def look(self) -> Look:
        jobs = self._jobs()
        if all(job.is_finished for job in jobs):
            return Look(answer=self.answer(jobs))
        if monotonic() >= self.until:
            return Look(answer=answers.refusal(answers.still_being_made(jobs)))
        return Look()

    def answer(self, jobs: list[Job]) -> HttpResponse:
        return answers.whole(self.asked, self.base, self.batch, jobs)

    def _jobs(self) -> list[Job]:
        rows = Job.objects.filter(pk__in=self.ids).select_related("image")
        return list(rows.order_by("index"))


class Telling(Waiting):
    """The same as events: previews, then each picture. `kind`: image_generation or image_edit."""

    def __init__(self, asked: Asked, batch: Batch, base: str, kind: str) -> None:
        super().__init__(asked, batch, base)
        self.kind = kind
        self.shown: dict[UUID, int] = {}  # previews of each job that were sent
        self.frames: dict[UUID, int] = {}  # and the number of the last
        self.done: set[UUID] = set()

    def look(self) -> Look:
        jobs = self._jobs()
        events = [*self._previews(jobs), *self._pictures(jobs)]
        if all(job.is_finished for job in jobs):
            if not self.done:
                events.append(answers.error_event(answers.why_not(jobs)))
            return Look(events, HttpResponse())
        if monotonic() >= self.until:
            return Look(
                [*events, answers.error_event(answers.still_being_made(jobs))], HttpResponse()
            )
        return Look(events)

    def _previews(self, jobs: Sequence[Job]) -> list[bytes]:
        due = [job for job in jobs if self._is_due(job)]
        frames = Preview.objects.filter(job__in=due) if due else ()
        events = []
        for frame in frames:
            if self.frames.get(frame.job_id) == frame.number:
                continue
            number = self.shown.get(frame.job_id, 0)
            self.frames[frame.job_id], self.shown[frame.job_id] = frame.number, number + 1
            content = answers.encoded(bytes(frame.webp), self.asked)
            events.append(
                self._event("partial_image", b64_json=content, partial_image_index=number)
            )
        return events

    def _is_due(self, job: Job) -> bool:
        """So many are spread over the drawing: a first one at its very beginning shows nothing."""
        number, most = self.shown.get(job.pk, 0), self.asked.partial_images
        if number >= most or job.is_finished or not job.steps:
            return False
        return job.step / job.steps >= (number + 1) / (most + 1)

    def _pictures(self, jobs: Sequence[Job]) -> list[bytes]:
        fresh = [job for job in jobs if job.pk not in self.done and answers.is_made(job)]
        self.done.update(job.pk for job in fresh)
        return [
            self._event("completed", b64_json=answers.b64_of(self.asked, job.image))
            for job in fresh
        ]

    def _event(self, name: str, **data: object) -> bytes:
        return answers.event(
            f"{self.kind}.{name}",
            created_at=int(self.batch.created.timestamp()),
            **data,
            **answers.about(self.asked, self.batch),
        )
