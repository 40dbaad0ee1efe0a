"""Tells whoever asked for pictures that all of them are there, or that none could be made."""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.dispatch import receiver
from django.utils.text import Truncator
from django.utils.translation import gettext_noop

from accounts.models import Notice, Preference
from accounts.telling.reaching import reach
from generation.models import Batch, Cell, Job
from generation.signals import job_ended
from pixazo.rationing import takes_place

DAY = 24 * 3600
WORDS = 80
DONE = gettext_noop("Your pictures are done: “%(words)s”")
LONG = gettext_noop("Your pictures are done after a while: “%(words)s”")
FAILED = gettext_noop("Your pictures could not be made: “%(words)s”")

log = logging.getLogger(__name__)


@receiver(job_ended)
def on_job_ended(batch_id: UUID, **kwargs: Any) -> None:
    """Nobody waits for it: what can't be told must not end a worker's work."""
    try:
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
    words = Truncator(" ".join(batch.prompt.split())).chars(WORDS)
    link = batch.get_absolute_url()
    if not ended["done"]:
        _write(batch, "failed", FAILED % {"words": words}, link)
    elif ended["last"] and ended["last"] - batch.created >= _long(batch.author):
        _write(batch, "long", LONG % {"words": words}, link)
    else:
        reach(batch.author, "drawn", DONE % {"words": words}, link, str(batch_id))


def _write(batch: Batch, kind: str, text: str, link: str) -> None:
    known: dict[str, Any] = {"sender": None, "subject": batch.pk, "kind": kind}
    Notice.objects.tell(batch.author, text, link, **known)


def _long(author: Any) -> timedelta:
    return timedelta(minutes=Preference.objects.of(author)["long_minutes"])
