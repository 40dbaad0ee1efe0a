"""Celery's doors to payments. Each is a doorbell: the row says what is to be done."""

import logging
from typing import Any

from celery import shared_task
from kombu.exceptions import KombuError

from billing.models import StripeEvent
from billing.stripe import addresses, forgetting, grace, reconciling
from billing.stripe.errors import BillingOff
from billing.stripe.events import work_on

log = logging.getLogger(__name__)

AT_ONCE = 200  # events that one look takes up


@shared_task
def event(pk: str) -> None:
    work_on(pk)


@shared_task
def take_up_events() -> None:
    """What nobody was rung for, or whose work ended half-way, and what is to be tried again."""
    due = StripeEvent.objects.due().order_by("received").values_list("pk", flat=True)
    for pk in list(due[:AT_ONCE]):
        work_on(pk)
    forgetting.forget_all()
    addresses.tell_all()


@shared_task
def end_grace() -> None:
    grace.end()


@shared_task
def reconcile() -> None:
    try:
        reconciling.reconcile()
    except BillingOff:
        pass  # switched off since beat was started


@shared_task
def forget(pk: int) -> None:
    forgetting.forget(pk)


@shared_task
def address(pk: int) -> None:
    addresses.tell(pk)


def ring(pk: str) -> None:
    """Never raises: what was not rung for is taken up within a minute."""
    _send(event, pk)


def ring_to_forget(pk: int) -> None:
    _send(forget, pk)


def ring_for_address(pk: int) -> None:
    _send(address, pk)


def _send(task: Any, pk: str | int) -> None:
    try:
        task.apply_async((pk,), retry=False, expires=600)
    except (KombuError, OSError) as error:
        log.warning("The bell for %s could not be rung: %s", pk, error)
