"""What a person's page for staff says of their plan and units."""

from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext_noop

from accounts.staff_acts import whose
from billing.models import Account, Customer, Hold, Order, Override
from pixazo.overview import Figure, Part, about_person, number

whose(Account, lambda account: account.user, gettext_noop("Your plan and units"), "units")
whose(Customer, lambda customer: customer.user, gettext_noop("What you bought"), "billing")
whose(Hold, lambda hold: hold.account.user, gettext_noop("Units of a picture"), "ledger")
whose(Order, lambda order: order.customer.user, gettext_noop("Something you bought"), "billing")
whose(
    Override,
    lambda override: override.account and override.account.user,
    gettext_noop("An exception to your plan"),
    "units",
)


@about_person(position=20, permission="billing.view_account")
def plan(request: HttpRequest, person: Any) -> Part:
    account = Account.objects.select_related("plan").filter(user=person).first()
    if account is None:
        return Part("Plan and units", [Figure("Plan", "none yet")])
    holds = Hold.objects.open().filter(account=account).count()
    page = reverse("admin:billing_account_change", args=[account.pk])
    whose_rows = f"account__id__exact={account.pk}"
    ledger = f"{reverse('admin:billing_ledgerentry_changelist')}?{whose_rows}"
    held = f"{reverse('admin:billing_hold_changelist')}?{whose_rows}&state__exact=held"
    left = "no cap" if account.left_today is None else number(account.left_today)
    return Part(
        "Plan and units",
        [
            Figure("Plan", account.plan.name, link=page),
            Figure("Left today", left, link=ledger),
            Figure("Extra units", number(max(0, account.extra)), "besides, for any day", ledger),
            Figure("Set aside", number(holds), "holds", held),
            Figure("Storage", filesizeformat(account.stored)),
        ],
    )
