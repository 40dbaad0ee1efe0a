"""Tells people what became of their plan and units, and staff what needs a person."""

import logging
from itertools import islice
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop

from accounts.models import Notice, Preference, User
from accounts.tasks import ring_after_commit
from accounts.telling import letters
from billing.models import Account, Customer, Plan, Subscription
from billing.units import Units

NOW_ON = gettext_noop("You are on the plan %(plan)s now.")
ENDED = gettext_noop("Your subscription is over. You are on the plan %(plan)s now.")
FAILED = gettext_noop("A payment for %(plan)s failed. The plan stays until %(day)s: look after it.")
BOUGHT = gettext_noop("Units that you bought: %(units)s. They do not end with the day.")
TAKEN = gettext_noop("Units that were taken back with their money: %(units)s.")

PAGE = "/billing/"
MOST_STAFF = 20

log = logging.getLogger(__name__)


def of_plan(customer: Customer, old: Plan | None, new: Plan | None) -> None:
    if new is not None:
        _tell(customer, NOW_ON % {"plan": new.name})
    elif old is not None and customer.user is not None:
        _tell(customer, ENDED % {"plan": Account.objects.of(customer.user).plan.name})


def of_units(customer: Customer, units: Units) -> None:
    """More, or fewer where negative."""
    sentence = BOUGHT if units > 0 else TAKEN
    _tell(customer, sentence % {"units": abs(units)})


def of_failed_payment(customer: Customer, subscription: Subscription) -> None:
    """In the bell and by mail: it costs them their plan if they don't see it."""
    ends = subscription.grace_ends
    if customer.user is None or ends is None:
        return
    plan = subscription.plan.name if subscription.plan else ""
    _tell(customer, FAILED % {"plan": plan, "day": ends.date()})
    _write(customer.user, f"payment-failed:{subscription.pk}:{ends:%Y-%m-%dT%H:%M:%S}", plan, ends)


def staff(sentence: str, row: str = "", pk: Any = None) -> None:
    """In the bell of those of staff who may see it, with a link to the row that it is about."""
    log.warning("Payments: %s", sentence)
    link = reverse("admin:billing_stripeevent_changelist")
    if row:
        link = reverse(f"admin:billing_{row}_change", args=[pk])
    everybody = User.objects.filter(is_staff=True, is_active=True).order_by("pk")
    may = f"billing.view_{row or 'stripeevent'}"
    for user in islice((each for each in everybody if each.has_perm(may)), MOST_STAFF):
        Notice.objects.tell(user, sentence, link, sender=None, subject=_subject("staff"))


def _tell(customer: Customer, sentence: str) -> None:
    if customer.user is not None:
        subject = _subject(str(customer.pk))
        known: dict[str, Any] = {"sender": None, "subject": subject, "kind": "payment"}
        Notice.objects.tell(customer.user, sentence, PAGE, **known)


def _subject(name: str) -> UUID:
    """A notice names a row by a UUID, and these rows have none."""
    return uuid5(NAMESPACE_URL, f"pixazo:billing:{name}")


def _write(user: User, key: str, plan: str, ends: Any) -> None:
    if not user.email:
        return
    chosen = Preference.objects.of(user).get("language")
    known = {"plan": plan, "ends": ends, "address": settings.SITE_URL + PAGE}
    with translation.override(chosen or settings.LANGUAGE_CODE):
        subject = render_to_string("billing/email/payment_failed_subject.txt", known)
        message = render_to_string("billing/email/payment_failed_message.txt", known)
    # Once for each time that it began to fail, and again where the mail server is away.
    ring_after_commit(letters.put(key, user.email, subject, message, {}, user=user, kind="payment"))
