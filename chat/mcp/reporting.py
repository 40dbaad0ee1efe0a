"""What is said of a request: how far its pictures are, where they are seen, what it cost."""

from collections.abc import Sequence
from uuid import UUID

from django.http import Http404
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from billing.units import plain
from chat.mcp.answer import Answer
from chat.mcp.caller import Caller
from generation.api import visible
from generation.api.answers import job_answer
from generation.estimate import Told, tell
from generation.models import Batch, Image, Job
from generation.models.states import JOB_WORDS
from pixazo.texts.kept import shown

WORDS = 120


def report(caller: Caller, batch_id: UUID, notes: Sequence[str] = ()) -> Answer:
    jobs = jobs_of(caller, batch_id)
    batch, told = jobs[0].batch, tell(jobs)
    made = [image for job in jobs if (image := picture_of(job))]
    lines = [
        _headline(batch, jobs),
        *(_line(job, told.get(job.pk)) for job in jobs),
        *map(shown, batch.corrections),
        *notes,
        _("On the site: %(address)s") % {"address": page_of(caller, batch)},
    ]
    if not all(job.is_finished for job in jobs):
        lines.append(
            _(
                "They go on being made, whatever becomes of this call. get_generation says how far"
                " they are, cancel_generation ends them; both take this batch_id."
            )
        )
    data = {
        "batch_id": str(batch_id),
        "page_url": page_of(caller, batch),
        "workspace": batch.workspace.slug,
        "is_finished": all(job.is_finished for job in jobs),
        "units": plain(sum(job.units for job in jobs)),
        "notes": list(notes),
        "jobs": [job_answer(caller, job, told.get(job.pk)) for job in jobs],  # type: ignore[arg-type]
    }
    return Answer("\n".join(lines), data, made)


def jobs_of(caller: Caller, batch_id: UUID) -> list[Job]:
    """In their order. Raises `Http404` for a batch that they may not see."""
    rows = visible.jobs(caller.user).filter(batch=batch_id)
    jobs = list(rows.select_related("batch__workspace", "model", "image").order_by("index"))
    if not jobs:
        raise Http404
    for job in jobs:
        if image := picture_of(job):
            image.workspace = job.batch.workspace
    return jobs


def picture_of(job: Job) -> Image | None:
    image: Image | None = getattr(job, "image", None)
    return image if image is not None and image.deleted is None else None


def page_of(caller: Caller, row: Batch | Image) -> str:
    return caller.build_absolute_uri(row.get_absolute_url())


def _headline(batch: Batch, jobs: Sequence[Job]) -> str:
    said = {
        "words": Truncator(" ".join(batch.prompt.split())).chars(WORDS),
        "done": sum(job.state == Job.State.SUCCEEDED for job in jobs),
        "all": len(jobs),
        "id": batch.pk,
    }
    return _("“%(words)s”: %(done)s of %(all)s done (batch_id %(id)s).") % said


def _line(job: Job, told: Told | None) -> str:
    parts = [f"{job.index + 1}. {job.get_state_display()}", _("seed %(seed)s") % {"seed": job.seed}]
    if image := picture_of(job):
        parts += [f"{image.width}x{image.height}", f"image:{image.pk}"]
    elif JOB_WORDS[job.state] == "FAILED":
        parts += [shown(job.error)] if job.error else []
    elif not job.is_finished:
        if job.step:
            parts.append(_("step %(step)s of %(steps)s") % {"step": job.step, "steps": job.steps})
        if told and told.place:
            parts.append(_("number %(place)s in line") % {"place": told.place})
        if told and told.wait:
            known = {"from": told.wait[0], "to": told.wait[1]}
            parts.append(_("ready in %(from)s to %(to)s seconds") % known)
    parts.append(f"job_id {job.pk}")
    return ", ".join(parts)
