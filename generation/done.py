"""Tells whoever asked for pictures that all of them are there, or that none could be made."""

import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Max, Q
from django.dispatch import receiver
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext_noop

from accounts.models import Notice, Preference
from accounts.telling.reaching import reach
from generation.models import Batch, Cell, Image, Job
from generation.models.states import JOB_WORDS
from generation.signals import job_ended
from pixazo.rationing import takes_place

DAY = 24 * 3600
WORDS = 80
EACH = "webhook:picture"
PICTURE = gettext_noop("A picture is done: “%(words)s”")
DONE = gettext_noop("Your pictures are done: “%(words)s”")
LONG = gettext_noop("Your pictures are done after a while: “%(words)s”")
FAILED = gettext_noop("Your pictures could not be made: “%(words)s”")

log = logging.getLogger(__name__)


@receiver(job_ended)
def on_job_ended(batch_id: UUID, **kwargs: Any) -> None:
    """Nobody waits for it: what can't be told must not end a worker's work."""
    try:
        tell_of_pictures(batch_id)
        tell(batch_id)
    except Exception:
        log.exception("Whoever asked for %s could not be told that it is done.", batch_id)


def tell(batch_id: UUID) -> None:
    """Once for each request, when its last picture has ended; of an experiment's its page tells."""
    jobs = Job.objects.filter(batch=batch_id)
    if jobs.unfinished().exists() or Cell.objects.filter(batch=batch_id).exists():
        return
    done = Count("pk", filter=Q(state="succeeded"))
    wrong = Count("pk", filter=Q(state__in=("failed", "expired")))
    ended = jobs.aggregate(done=done, wrong=wrong, last=Max("finished"))
    batch = Batch.objects.select_related("author", "workspace").filter(pk=batch_id).first()
    if batch is None or batch.author is None or not (ended["done"] or ended["wrong"]):
        return
    if not takes_place(f"told-done:{batch_id}", 1, DAY):
        return
    facts = _facts(batch, batch.jobs.select_related("image").order_by("index"))
    words = _words(batch)
    link = batch.get_absolute_url()
    if not ended["done"]:
        _write(batch, "failed", FAILED % {"words": words}, link, facts)
    elif ended["last"] and ended["last"] - batch.created >= _long(batch.author):
        _write(batch, "long", LONG % {"words": words}, link, facts)
    else:
        text = DONE % {"words": words}
        reach(batch.author, "drawn", text, link, str(batch_id), facts=facts)


def tell_of_pictures(batch_id: UUID) -> None:
    """Programs that want to hear of each picture by itself; one question where none does."""
    wants = Preference.objects.filter(key=EACH, value=True, user__batches=batch_id)
    if not wants.exists():
        return
    jobs = Job.objects.filter(batch=batch_id, state=Job.State.SUCCEEDED)
    for job in jobs.select_related("image", "batch__workspace", "batch__author", "model"):
        image: Image | None = getattr(job, "image", None)
        if image is not None and job.batch.author is not None:
            known = {"words": _words(job.batch)}
            link = reverse("image", args=[job.batch.workspace.slug, image.pk])
            reach(
                job.batch.author,
                "picture",
                PICTURE % known,
                link,
                str(job.pk),
                facts=_facts(job.batch, [job]),
            )


def _facts(batch: Batch, jobs: Iterable[Job]) -> dict[str, Any]:
    """What a program does something with; each address wants its key."""
    return {
        "batch_id": str(batch.pk),
        "workspace": batch.workspace.slug,
        "topic": str(batch.topic_id),
        "door": batch.door or None,
        "jobs": [_of_job(job) for job in jobs],
    }


def _of_job(job: Job) -> dict[str, Any]:
    image: Image | None = getattr(job, "image", None)
    has_picture = image is not None and not image.deleted
    path = reverse("api_image", args=[image.pk]) if image and has_picture else ""
    return {
        "job_id": str(job.pk),
        "status": JOB_WORDS[job.state],
        "state": job.state,
        "seed": job.seed,
        "image_id": str(image.pk) if image and has_picture else None,
        "image_url": settings.SITE_URL + path if path else None,
        "error": job.error_code or None,
    }


def _words(batch: Batch) -> str:
    return Truncator(" ".join(batch.prompt.split())).chars(WORDS)


def _write(batch: Batch, kind: str, text: str, link: str, facts: dict[str, Any]) -> None:
    known: dict[str, Any] = {"sender": None, "subject": batch.pk, "kind": kind, "facts": facts}
    Notice.objects.tell(batch.author, text, link, **known)


def _long(author: Any) -> timedelta:
    return timedelta(minutes=Preference.objects.of(author)["long_minutes"])
