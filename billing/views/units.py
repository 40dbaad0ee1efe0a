"""What a person's plan gives, what they have left of it, and what happened to their units."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from billing.day import reset_in
from billing.models import Account

LINES = 20


@require_safe
@login_required
def units(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    account = Account.objects.of(user)
    context = {
        "account": account,
        "reset_in": reset_in(),
        "entries": account.entries.all()[:LINES],
    }
    return render(request, "billing/units.html", context)
