"""The plans as somebody compares them: what each gives, by its row, and what it costs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.template.defaultfilters import filesizeformat
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from billing.models import Plan, PlanPrice
from billing.money import money
from billing.stripe import is_on

MONTHS = 12
MOST_IMAGES = 4  # of one prompt, where a plan says nothing: what every model lets


@dataclass(frozen=True)
class Offer:
    plan: Plan
    month: PlanPrice | None = None
    year: PlanPrice | None = None

    @property
    def is_sold(self) -> bool:
        return bool(self.month or self.year)

    @property
    def is_free(self) -> bool:
        """The plan of a new account, which nothing is asked for."""
        return self.plan.is_default and not self.is_sold

    @property
    def nothing(self) -> str:
        """What a free one costs."""
        return money(0, str(settings.STRIPE_CURRENCY))

    @property
    def year_by_month(self) -> str:
        """What a month of a year costs."""
        return money(round(self.year.amount / MONTHS), self.year.currency) if self.year else ""

    @property
    def saved(self) -> int:
        """Percent that a year saves over twelve months."""
        if not (self.month and self.year):
            return 0
        return max(0, round(100 - 100 * self.year.amount / (self.month.amount * MONTHS)))

    @property
    def price_by_interval(self) -> list[PlanPrice]:
        return [price for price in (self.month, self.year) if price]


@dataclass(frozen=True)
class Line:
    """One number of all plans."""

    label: str
    values: list[str]


def offers() -> list[Offer]:
    """All plans in their order; with prices where something is sold."""
    prices = list(PlanPrice.objects.on_sale()) if is_on() else []
    by_interval = {(price.plan_id, price.interval): price for price in prices}
    return [
        Offer(plan, by_interval.get((plan.pk, "month")), by_interval.get((plan.pk, "year")))
        for plan in Plan.objects.all()
    ]


def comparison(plans: Sequence[Plan]) -> list[Line]:
    """Every number that a plan has for a person, in words."""
    rows: dict[str, Callable[[Plan], str]] = {
        _("Units a day"): _units,
        _("Drawn at the same time"): lambda plan: number_format(plan.running_jobs),
        _("May wait in line"): lambda plan: _or(plan.waiting_jobs, _("As many as you like")),
        _("Turns in the line"): _turns,
        _("Pictures of one prompt"): lambda plan: number_format(
            plan.images_per_request or MOST_IMAGES
        ),
        _("Prompts from one request"): lambda plan: number_format(plan.prompts_per_request),
        _("Workspaces of your own"): lambda plan: _or(plan.workspaces, _("No limit")),
        _("Storage"): lambda plan: (
            _("No limit") if plan.storage_bytes is None else filesizeformat(plan.storage_bytes)
        ),
        _("Pictures are kept"): _kept,
        _("Messages to the chat a day"): lambda plan: _or(plan.chat_messages, _("No limit")),
        _("Keys for services of your own"): lambda plan: (
            _("Yes") if plan.may_bring_keys else _("No")
        ),
    }
    return [Line(label, [said(plan) for plan in plans]) for label, said in rows.items()]


def _units(plan: Plan) -> str:
    return _or(plan.daily_units, _("No daily limit"))


def _or(number: int | None, without: str) -> str:
    return without if number is None else number_format(number)


def _turns(plan: Plan) -> str:
    if plan.queue_weight == 1:
        return _("Once each round")
    return ngettext("%(n)s time each round", "%(n)s times each round", plan.queue_weight) % {
        "n": plan.queue_weight
    }


def _kept(plan: Plan) -> str:
    if plan.kept_days is None:
        return _("Until you delete them")
    return ngettext("%(n)s day", "%(n)s days", plan.kept_days) % {"n": plan.kept_days}
