"""Hears that a job has ended, or that the sweeper looks around, and lets experiments go on."""

import logging
from typing import Any
from uuid import UUID

from django.dispatch import receiver

from generation.experiments.running import go_on, sweep
from generation.models import Cell
from generation.signals import job_ended, swept

log = logging.getLogger(__name__)


@receiver(job_ended)
def on_job_ended(batch_id: UUID, **kwargs: Any) -> None:
    pk = Cell.objects.filter(batch_id=batch_id).values_list("experiment_id", flat=True).first()
    if pk is None:
        return
    try:
        go_on(pk)
    except Exception:
        log.exception("The experiment %s could not go on; the next sweep tries again.", pk)


@receiver(swept)
def on_swept(**kwargs: Any) -> None:
    sweep()
