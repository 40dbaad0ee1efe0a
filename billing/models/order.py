"""What somebody set out to buy: made before Stripe opens its page, settled by what Stripe says."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy

from billing.money import money
from billing.units import UnitsField
from pixazo.models import TimeOrdered


class OrderQuerySet(models.QuerySet["Order"]):
    def open(self) -> "OrderQuerySet":
        return self.filter(state=Order.State.OPEN)

    def unsettled(self) -> "OrderQuerySet":
        return self.filter(state__in=(Order.State.OPEN, Order.State.PENDING))


class Order(TimeOrdered):
    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("Not paid yet")
        PENDING = "pending", gettext_lazy("Payment is on its way")
        PAID = "paid", gettext_lazy("Paid")
        EXPIRED = "expired", gettext_lazy("Given up")
        FAILED = "failed", gettext_lazy("Payment failed")
        REFUNDED = "refunded", gettext_lazy("Paid back")
        DISPUTED = "disputed", gettext_lazy("Disputed")

    customer = models.ForeignKey("billing.Customer", models.CASCADE, related_name="orders")
    plan = models.ForeignKey("billing.Plan", models.SET_NULL, null=True, related_name="+")
    interval = models.CharField(max_length=5, blank=True)
    # Kept: an order without a pack is one of a plan. What is no longer sold is said so instead.
    pack = models.ForeignKey("billing.CreditPack", models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=60, help_text="What it was called when it was bought.")
    units = UnitsField(default=0, help_text="Of a pack, when it was bought.")
    amount = models.PositiveIntegerField(help_text="Without taxes and discounts.")
    currency = models.CharField(max_length=3)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    session_id = models.CharField(max_length=255, unique=True, null=True, blank=True)
    payment_intent = models.CharField(max_length=255, blank=True, db_index=True)
    granted = models.BooleanField(default=False, help_text="The units were given.")
    taken_back = UnitsField(default=0, help_text="Of these units, after refunds and disputes.")
    changes = models.PositiveIntegerField(default=0)

    objects = OrderQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = (models.Index(fields=["state", "created"], name="order_by_state"),)
        constraints = (
            # Whoever presses twice, or in two windows, is shown one and the same page of Stripe's.
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(state="open", pack=None),
                name="one_open_order_of_a_plan",
            ),
            models.UniqueConstraint(
                fields=["customer", "pack"],
                condition=Q(state="open"),
                name="one_open_order_of_each_pack",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}: {self.get_state_display()}"

    @property
    def price(self) -> str:
        return money(self.amount, self.currency)
