"""A person's own page: who they are here, what they have left, what happened to it, their keys."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.views.keys import KeyForm
from billing.models import Account
from billing.models.account import reset_in

LINES = 20


@require_safe
@login_required
def profile(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    account = Account.objects.of(user)
    context = {
        "account": account,
        "reset_in": reset_in(),
        "entries": account.entries.all()[:LINES],
        "keys": user.api_keys.filter(revoked=None),
        "form": KeyForm(),
    }
    return render(request, "billing/profile.html", context)
