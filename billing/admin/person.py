"""What a person's page for staff says of their plan and units."""

from typing import Any

from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.urls import reverse

from accounts.staff_acts import whose
from billing.models import Account, Hold
from pixazo.overview import Figure, Part, about_person, number

whose(Account, lambda account: account.user)
whose(Hold, lambda hold: hold.account.user)


@about_person(position=20, permission="billing.view_account")
def plan(request: HttpRequest, person: Any) -> Part:
    account = Account.objects.select_related("plan").filter(user=person).first()
    if account is None:
        return Part("Plan and units", [Figure("Plan", "none yet")])
    holds = Hold.objects.open().filter(account=account).count()
    page = reverse("admin:billing_account_change", args=[account.pk])
    ledger = f"{reverse('admin:billing_ledgerentry_changelist')}?account__id__exact={account.pk}"
    held = f"{reverse('admin:billing_hold_changelist')}?q={person.email}&state__exact=held"
    left = "no cap" if account.left_today is None else number(account.left_today)
    return Part(
        "Plan and units",
        [
            Figure("Plan", account.plan.name, link=page),
            Figure("Left today", left, link=ledger),
            Figure("Set aside", number(holds), "holds", held),
            Figure("Storage", filesizeformat(account.stored)),
        ],
    )
