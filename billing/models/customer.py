"""A person as Stripe knows them, and what their subscriptions have given them here."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.conf import settings
from django.db import models, transaction
from django.db.models import F
from django.utils.timezone import now
from django.utils.translation import gettext as _

from pixazo.errors import UserError

T = TypeVar("T")
R = TypeVar("R")

TRIES = 20


class Contended(UserError):
    """Others wrote about this customer each time: to be tried again later."""

    code = "payment_busy"
    status = 503

    def __init__(self) -> None:
        super().__init__(_("Your payments are being looked at right now. Try again in a moment."))


class CustomerQuerySet(models.QuerySet["Customer"]):
    def known(self) -> "CustomerQuerySet":
        """Those of people that are still here, and of the mode (live or test) that is set."""
        return self.filter(
            user__isnull=False, stripe_id__isnull=False, livemode=settings.STRIPE_LIVE
        )

    def of(self, user: Any) -> "Customer | None":
        return self.known().filter(user=user).first()

    def leaving(self) -> "CustomerQuerySet":
        """Whose person was deleted here, and who is still to be deleted at Stripe."""
        return self.filter(leaving__isnull=False, livemode=settings.STRIPE_LIVE)


class Customer(models.Model):
    """Stays without its person when they are deleted: orders are kept, and name nobody."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="customer"
    )
    stripe_id = models.CharField(
        max_length=255,
        unique=True,
        null=True,
        blank=True,
        help_text="Empty until Stripe has answered.",
    )
    livemode = models.BooleanField(default=False)
    # What subscriptions gave last: a plan that staff gave is not taken away by them.
    given = models.ForeignKey("billing.Plan", models.SET_NULL, null=True, related_name="+")
    version = models.PositiveIntegerField(default=0)
    leaving = models.DateTimeField(null=True, help_text="Since when Stripe is to forget them.")
    address_due = models.DateTimeField(
        null=True, editable=False, help_text="When Stripe is to be told their new address."
    )
    created = models.DateTimeField(auto_now_add=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["leaving"], name="customer_leaving"),
            models.Index(fields=["address_due"], name="customer_address_due"),
        )

    def __str__(self) -> str:
        return self.stripe_id or f"Customer {self.pk}"

    def freshly(self, read: Callable[[], T], write: Callable[[T], R]) -> R:
        """Write what was read elsewhere, in one transaction, and only if nobody wrote about this
        customer since the reading began; else it is read again.

        So what stays is never older than what another one wrote, though no lock is held while
        Stripe is asked. Raises `Contended`.
        """
        rows = Customer.objects.filter(pk=self.pk)
        for _attempt in range(TRIES):
            version = rows.values_list("version", flat=True).get()
            found = read()
            with transaction.atomic():
                if rows.filter(version=version).update(version=F("version") + 1):
                    self.refresh_from_db()
                    return write(found)
        raise Contended

    def let_go(self) -> None:
        """No longer anybody's: the person's next purchase makes a new one."""
        Customer.objects.filter(pk=self.pk).update(user=None)
        self.user = None

    def leave(self) -> None:
        """Their person is being deleted: so they are at Stripe, as soon as it can be reached."""
        Customer.objects.filter(pk=self.pk).update(user=None, leaving=now())
