"""What a person's plan gives, what they have left of it, and what happened to their units."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.day import reset_at, reset_in
from billing.models import Account, Plan
from billing.receipts import Asked, page
from billing.stripe import is_on
from billing.stripe.managing import current

LINES = 5


@require_safe
@login_required
def units(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    account = Account.objects.of(user)
    receipts, more = page(account, user, Asked(), LINES)
    subscription = current(user) if is_on() else None
    context = {
        "account": account,
        "subscription": subscription,
        "default": Plan.objects.default() if subscription and subscription.is_ending else None,
        "reset": reset_at(),
        "reset_in": reset_in(),
        "receipts": receipts,
        "has_more": more is not None,
    }
    return render(request, "billing/units.html", context)
