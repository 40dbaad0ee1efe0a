"""Chores of the ground."""

from datetime import timedelta

from celery import shared_task
from django.utils.timezone import now

from pixazo import repeated
from pixazo.events import kept_events
from pixazo.models import Event


@shared_task
def forget_events() -> None:
    """Of what is remembered for a time only, also what requests with a key were answered.

    A page that was away for an hour reads the state anew, so older events serve nobody.

    The newest stays, however old: by it a page sees that it has missed nothing.
    """
    _, newest = kept_events()
    Event.objects.filter(created__lt=now() - timedelta(hours=1), id__lt=newest).delete()
    repeated.forget()
