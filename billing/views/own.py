"""A person's own plan: what it is, until when, what it costs, and what they may do with it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing.models import Account, CreditPack, Order, Plan, PlanPrice, Subscription
from billing.offers import Line, comparison
from billing.stripe import is_on, managing, sparing
from billing.stripe.checkout import arrived
from pixazo.errors import UserError


@require_safe
@login_required
def billing(request: HttpRequest) -> HttpResponse:
    """Also where Stripe's pages send back to, after paying with the id of the session."""
    session_id = request.GET.get("session_id", "")
    if managing.FROM_PORTAL in request.GET and is_on():
        _look_again(request.user)
    return _page(request, order=_look(request.user, session_id) if session_id else None)


@require_safe
@login_required
def order_state(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What became of something bought, as a fragment: Stripe is asked, if it can be."""
    order = get_object_or_404(Order, pk=pk, customer__user=request.user)
    if order.session_id and is_on():
        order = _look(request.user, order.session_id) or order
    return render(request, "billing/_order.html", {"order": order})


@require_safe
@login_required
def invoices(request: HttpRequest) -> HttpResponse:
    context: dict[str, Any] = {"is_on": is_on()}
    status = 200
    try:
        if is_on():
            sparing.look(request.user)
            context["invoices"] = managing.invoices(request.user)
    except UserError as error:
        context["error"], status = error, error.status
    return render(request, "billing/invoices.html", context, status=status)


@require_POST
@login_required
def cancel(request: HttpRequest) -> HttpResponse:
    try:
        sparing.press(request.user)
        managing.cancel_at_period_end(request.user)
    except UserError as error:
        return _page(request, error=error)
    messages.success(request, _("The plan ends with what is paid for. Until then you can keep it."))
    return redirect("billing")


@require_POST
@login_required
def resume(request: HttpRequest) -> HttpResponse:
    try:
        sparing.press(request.user)
        managing.resume(request.user)
    except UserError as error:
        return _page(request, error=error)
    messages.success(request, _("The plan goes on."))
    return redirect("billing")


@require_POST
@login_required
def portal(request: HttpRequest) -> HttpResponse:
    """To Stripe's page for cards, addresses and invoices."""
    try:
        sparing.press(request.user)
        return redirect(managing.open_portal(request.user))
    except UserError as error:
        return _page(request, error=error)


def _look(user: Any, session_id: str) -> Order | None:
    try:
        sparing.look(user)
        return arrived(user, session_id)
    except UserError:
        # Stripe is away: what is known here is shown, and the page asks again.
        return Order.objects.filter(session_id=session_id, customer__user=user).first()


def _look_again(user: Any) -> None:
    try:
        sparing.look(user)
        managing.look_again(user)
    except UserError:
        pass  # The event will bring it.


def _page(
    request: HttpRequest, *, order: Order | None = None, error: UserError | None = None
) -> HttpResponse:
    subscription = managing.current(request.user) if is_on() else None
    account, default = Account.objects.of(request.user), Plan.objects.default()
    context = {
        "is_on": is_on(),
        "account": account,
        "subscription": subscription,
        "price": _price_of(subscription),
        "default": default,
        "smaller": _smaller(account.plan, default),
        "packs": CreditPack.objects.filter(is_sold=True) if is_on() else [],
        "grace_days": settings.GRACE_DAYS,
        "order": order,
        "error": error,
    }
    return render(request, "billing/billing.html", context, status=error.status if error else 200)


def _smaller(plan: Plan, default: Plan) -> list[Line]:
    """What they have otherwise when their plan has ended: of each such number, what it is then."""
    lines = comparison([plan, default])
    return [Line(line.label, line.values[1:]) for line in lines if len(set(line.values)) > 1]


def _price_of(subscription: Subscription | None) -> PlanPrice | None:
    """Today's price of the same, where it is still sold."""
    if subscription is None or subscription.plan is None:
        return None
    rows = PlanPrice.objects.on_sale().filter(plan=subscription.plan)
    return rows.filter(interval=subscription.interval).first()
