"""The database's clock, by which leases run: hosts may disagree about the time, rows may not."""

from datetime import timedelta

from django.conf import settings
from django.db.models import DateTimeField, ExpressionWrapper
from django.db.models.functions import Now


def moment(*, seconds: float) -> ExpressionWrapper:
    """That many seconds from now; fewer than none is in the past."""
    return ExpressionWrapper(Now() + timedelta(seconds=seconds), DateTimeField())


def lease_end() -> ExpressionWrapper:
    """Until when a job that is claimed or reported on now belongs to its worker."""
    return moment(seconds=settings.LEASE_SECONDS)
