"""Another plan in place of the one that is paid for: first what it costs, then the change."""

import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing.models import Plan
from billing.offers import comparison
from billing.stripe import managing, sparing
from billing.stripe.previewing import preview
from pixazo.errors import UserError

# What was said of the costs holds so long; later it is counted anew.
HOLDS = datetime.timedelta(minutes=30)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def change_plan(request: HttpRequest) -> HttpResponse:
    given = request.POST if request.method == "POST" else request.GET
    plan = get_object_or_404(Plan, slug=given.get("plan", ""))
    interval = "year" if given.get("interval") == "year" else "month"
    if request.method != "POST":
        return _ask(request, plan, interval)
    try:
        sparing.press(request.user)
        managing.change_plan(request.user, plan, interval, at=_said_at(given.get("at", "")))
    except UserError as error:
        return _ask(request, plan, interval, error)
    messages.success(request, _("You are on the plan %(plan)s now.") % {"plan": plan.name})
    return redirect("billing")


def _ask(
    request: HttpRequest, plan: Plan, interval: str, refusal: UserError | None = None
) -> HttpResponse:
    old = managing.current(request.user)
    plans = [each for each in (old.plan if old else None, plan) if each]
    context = {
        "plan": plan,
        "interval": interval,
        "old": old,
        "error": refusal,
        "lines": [line for line in comparison(plans) if len(set(line.values)) > 1],
    }
    try:
        sparing.look(request.user)
        context["change"] = preview(request.user, plan, interval)
    except UserError as error:
        context["error"] = refusal or error
    shown = context["error"]
    status = shown.status if isinstance(shown, UserError) else 200
    return render(request, "billing/change.html", context, status=status)


def _said_at(text: str) -> datetime.datetime | None:
    """When the person was told the costs; None where that is too long ago, or made up."""
    try:
        at = datetime.datetime.fromtimestamp(int(text), datetime.UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if now() - HOLDS < at <= now() else None
