"""What the plans are and cost, for everybody; and the buttons that lead to where they are paid."""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from billing.models import Account, CreditPack, Plan
from billing.offers import Offer, comparison, offers
from billing.stripe import is_on, sparing
from billing.stripe.checkout import start_checkout, start_pack
from billing.stripe.managing import current
from pixazo.errors import UserError
from pixazo.public.seo import Page

ABOUT = Page(
    gettext_lazy("Plans"),
    gettext_lazy(
        "What each plan gives: units a day, pictures at the same time, storage, and what it costs."
    ),
)


@require_safe
def pricing(request: HttpRequest) -> HttpResponse:
    return _page(request)


@require_POST
@login_required
def buy_plan(request: HttpRequest) -> HttpResponse:
    """To the page where a plan is paid for; two clicks lead to the same one."""
    plan = get_object_or_404(Plan, slug=request.POST.get("plan", ""))
    return _leave(request, lambda: start_checkout(request.user, plan, _interval(request.POST)))


@require_POST
@login_required
def buy_pack(request: HttpRequest) -> HttpResponse:
    pack = get_object_or_404(CreditPack, slug=request.POST.get("pack", ""))
    return _leave(request, lambda: start_pack(request.user, pack))


def _leave(request: HttpRequest, address: Any) -> HttpResponse:
    try:
        sparing.press(request.user)
        return redirect(address())
    except UserError as error:
        return _page(request, error)


def _page(request: HttpRequest, error: UserError | None = None) -> HttpResponse:
    known = request.user.is_authenticated
    account = Account.objects.of(request.user) if known else None
    rows = offers()
    context = {
        "seo": ABOUT,
        "is_on": is_on(),
        "offers": rows,
        "lines": comparison([offer.plan for offer in rows]),
        "packs": CreditPack.objects.filter(is_sold=True) if is_on() else [],
        "interval": _interval(request.POST or request.GET),
        "account": account,
        "best": _next_up(account, rows) if account else None,
        "subscription": current(request.user) if known and is_on() else None,
        "grace_days": settings.GRACE_DAYS,
        "error": error,
    }
    return render(request, "billing/pricing.html", context, status=error.status if error else 200)


def _next_up(account: Account, rows: list[Offer]) -> int | None:
    """The plan that the page's one blue button is for: the first that gives more."""
    more = [row.plan for row in rows if row.is_sold and row.plan.position > account.plan.position]
    return more[0].pk if more else None


def _interval(given: Any) -> str:
    return "year" if given.get("interval") == "year" else "month"
