"""`units` for every template: what a person has left today, read only where a page shows it."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from billing.day import reset_at
from billing.models import Account, Plan
from billing.stripe import is_on
from billing.units import Units


@dataclass(frozen=True)
class UnitsLeft:
    left: Units | None  # None: the plan has no daily cap
    daily: int | None
    plan: Plan
    reset: datetime.datetime
    stored: int  # bytes
    storage: int | None  # bytes that may be
    images_per_request: int | None
    left_today: Units | None
    extra: Units


def units(request: HttpRequest) -> dict[str, Any]:
    """Lazy, and at most one query; false in templates for visitors."""
    return {"units": SimpleLazyObject(lambda: _units_of(request))}


def selling(request: HttpRequest) -> dict[str, Any]:
    """Whether plans are sold here, whether that is only being tried out, and who may begin."""
    return {
        "is_selling": is_on(),
        "stripe_stand_in": bool(settings.STRIPE_STAND_IN),
        "invite_only": settings.INVITE_ONLY,
    }


def _units_of(request: HttpRequest) -> UnitsLeft | None:
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return None
    account = Account.objects.of(user)
    return UnitsLeft(
        left=account.left,
        daily=account.daily_units,
        plan=account.plan,
        reset=reset_at(),
        stored=account.stored,
        storage=account.storage_bytes,
        images_per_request=account.images_per_request,
        left_today=account.left_today,
        extra=max(0, account.extra),
    )
