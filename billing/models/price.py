"""What plans and packs of units cost, as data: staff edit it, and Stripe is brought to it."""

from typing import Any

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy

from billing.money import money
from pixazo.texts.kept import shown

# Of a site that tries payments out: month and year, in cents; then packs of units.
SAMPLE_PRICES = {"pro": (900, 9000), "all-inclusive": (1900, 19000)}
SAMPLE_PACKS: tuple[dict[str, Any], ...] = (
    {"slug": "units-100", "name": "100 units", "units": 100, "amount": 500, "position": 0},
    {"slug": "units-500", "name": "500 units", "units": 500, "amount": 2000, "position": 1},
)


class Sold(models.Model):
    """One price. `amount` is in the currency's smallest unit, as Stripe counts."""

    amount = models.PositiveIntegerField(
        validators=[MinValueValidator(1)],
        help_text="In the smallest unit of the currency: 900 are 9.00 of most.",
    )
    is_sold = models.BooleanField(default=True, help_text="Offered to people who have it not yet.")

    class Meta:
        abstract = True

    @property
    def lookup_key(self) -> str:
        """By which Stripe's price is found, whatever its id is there."""
        raise NotImplementedError

    @property
    def currency(self) -> str:
        return str(settings.STRIPE_CURRENCY)

    @property
    def price(self) -> str:
        """As people read it: "$9.00"."""
        return money(self.amount, self.currency)


class PlanPriceQuerySet(models.QuerySet["PlanPrice"]):
    def on_sale(self) -> "PlanPriceQuerySet":
        """In the order of the plans, with their plans."""
        rows = self.filter(is_sold=True).select_related("plan")
        return rows.order_by("plan__position", "interval")


class PlanPrice(Sold):
    class Interval(models.TextChoices):
        MONTH = "month", gettext_lazy("a month")
        YEAR = "year", gettext_lazy("a year")

    plan = models.ForeignKey("billing.Plan", models.CASCADE, related_name="prices")
    interval = models.CharField(max_length=5, choices=Interval)

    objects = PlanPriceQuerySet.as_manager()

    class Meta:
        ordering = ("plan__position", "interval")
        constraints = (
            models.UniqueConstraint(
                fields=["plan", "interval"], name="one_price_of_plan_and_interval"
            ),
        )

    def __str__(self) -> str:
        return f"{self.plan}: {self.price} {self.get_interval_display()}"

    @property
    def lookup_key(self) -> str:
        return f"pixazo_{self.plan.slug}_{self.interval}"


class CreditPack(Sold):
    """Units that are bought once and don't end with the day."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=50)
    units = models.PositiveIntegerField(validators=[MinValueValidator(1)])
    position = models.PositiveSmallIntegerField(default=0, help_text="Order on the plans page.")

    class Meta:
        ordering = ("position",)

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        return shown(self.name)

    @property
    def lookup_key(self) -> str:
        return f"pixazo_pack_{self.slug}"


def seed() -> bool:
    """Sample prices where there are none at all; False where there are some."""
    from billing.models.plan import Plan

    if PlanPrice.objects.exists() or CreditPack.objects.exists():
        return False
    Plan.objects.seed()
    for slug, amounts in SAMPLE_PRICES.items():
        plan = Plan.objects.get(slug=slug)
        for interval, amount in zip(PlanPrice.Interval, amounts, strict=True):
            PlanPrice.objects.create(plan=plan, interval=interval, amount=amount)
    for pack in SAMPLE_PACKS:
        CreditPack.objects.create(**pack)
    return True
