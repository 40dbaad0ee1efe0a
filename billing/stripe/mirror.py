"""Brings a person's subscriptions and plan here to what they are at Stripe, whatever came before.

All of a customer's subscriptions are read anew each time. So it makes no difference which event
rang, how late it came, in which order, or how often.
"""

from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext_noop

from billing.models import Account, Customer, Plan, Subscription
from billing.stripe import telling
from billing.stripe.client import stripe_api
from billing.stripe.errors import Missing
from billing.stripe.reading import ends_at, field, item_of, period_of, plan_and_interval_of

# As the ledger shows them to the person.
SUBSCRIBED = gettext_noop("Subscription")
OVER = gettext_noop("The subscription is over")
MOST = 100  # the newest of a customer; all older ones ended long ago


def mirror(customer: Customer, *, may_be_gone: bool = False) -> list[str]:
    """What it changed, in English sentences for staff. Raises the errors of `errors.py`, and
    `Contended`. `may_be_gone`: Stripe has said that the customer was deleted there."""
    stripe_id = customer.stripe_id
    if stripe_id is None:
        return []

    def read() -> list[Any] | None:
        try:
            found = _listed(stripe_id)
        except Missing:
            found = []
        if may_be_gone or not found:
            # None is not the same as a customer that Stripe has never had: that is `Missing`,
            # perhaps by the key of another account, and takes nobody's plan.
            with stripe_api() as v1:
                if field(v1.customers.retrieve(stripe_id), "deleted"):
                    return None
        return found

    return customer.freshly(read, lambda found: _write(customer, found))


def part_with(customer: Customer) -> list[str]:
    """Stripe does not know them any more, or they are of when payments were tried out: what they
    gave ends, and the person's next purchase makes another. Raises `Missing` where money is paid
    for a plan of theirs: then it is our key that is wrong."""
    if customer.livemode and customer.subscriptions.living().exists():
        raise Missing("customer")
    return customer.freshly(lambda: None, lambda found: _write(customer, found))


def _listed(stripe_id: str) -> list[Any]:
    with stripe_api() as v1:
        params = {"customer": stripe_id, "status": "all", "limit": MOST}
        return list(v1.subscriptions.list(params=params).data)


def settle_plan(customer: Customer) -> list[str]:
    """Put the person on the plan that their subscriptions give; in a transaction."""
    if customer.user is None:
        return []
    pk = Account.objects.of(customer.user).pk
    # Locked, so that what staff give at the same moment is not taken for what was there before.
    locked = Account.objects.select_for_update(no_key=True)
    account = locked.get(pk=pk)
    rows = customer.subscriptions.living().select_related("plan")
    plans = [each.plan for each in rows if each.plan and each.gives]
    plan = max(plans, key=lambda each: each.position, default=None)
    before, given = account.plan, customer.given
    if plan is not None:
        # A plan that staff gave stays, unless it is less than what is paid for. The one of a new
        # account always is, wherever the two stand on the plans page.
        is_less = before.is_default or before == given or before.position < plan.position
        if before != plan and is_less:
            account.move_to(plan, reason=SUBSCRIBED)
    elif given is not None and before == given:
        account.move_to(Plan.objects.default(), reason=OVER)
    if given != plan:
        Customer.objects.filter(pk=customer.pk).update(given=plan)
        customer.given = plan
        telling.of_plan(customer, given, plan)
    after = Account.objects.of(customer.user).plan
    if after == before:
        return []
    return [f"{customer}: the plan was {before} and is {after}."]


def _write(customer: Customer, found: list[Any] | None) -> list[str]:
    if found is None:
        changed = [f"{customer} is no longer at Stripe.", *_write(customer, [])]
        customer.let_go()
        return changed
    changed = []
    for there in found:
        changed += _keep(customer, there)
    gone = customer.subscriptions.living().exclude(stripe_id__in=[each["id"] for each in found])
    for subscription in gone:
        changed.append(f"{subscription}: it was {subscription.status} here and is no more.")
        gone.filter(pk=subscription.pk).update(status=Subscription.Status.CANCELED, read=now())
    return changed + settle_plan(customer)


def _keep(customer: Customer, there: Any) -> list[str]:
    old = Subscription.objects.filter(stripe_id=there["id"]).first()
    plan, interval = plan_and_interval_of(there)
    start, end = period_of(there)
    item = item_of(there)
    fields = {
        "customer": customer,
        "item_id": item["id"] if item else "",
        "status": there["status"],
        "plan": plan,
        "interval": interval[:10],
        "period_start": start,
        "period_end": end,
        "ends_at": ends_at(there),
        "past_due_since": _past_due_since(old, there),
        "read": now(),
    }
    new, _ = Subscription.objects.update_or_create(stripe_id=there["id"], defaults=fields)
    if new.past_due_since and not (old and old.past_due_since):
        telling.of_failed_payment(customer, new)
    if old is None:
        return [f"{new}: it was not here, and is {new.status}."]
    return [
        f"{new}: {name} was {getattr(old, name)} and is {getattr(new, name)}."
        for name in ("status", "plan", "interval", "period_end", "ends_at")
        if getattr(old, name) != getattr(new, name)
    ]


def _past_due_since(old: Subscription | None, there: Any) -> Any:
    if there["status"] != Subscription.Status.PAST_DUE:
        return None
    return (old and old.past_due_since) or now()
