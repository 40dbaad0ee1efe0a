"""What was sold, for staff: prices are edited, what Stripe said is looked at and read again."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from billing.models import (
    CreditPack,
    Customer,
    Order,
    PlanPrice,
    Reconciliation,
    StripeEvent,
    Subscription,
)
from billing.stripe.catalogue import sync
from billing.stripe.events import work_on
from billing.stripe.mirror import mirror
from billing.stripe.orders import settle
from pixazo.admin import ReadOnly, ReadOnlyRows
from pixazo.errors import UserError

MOST_AT_ONCE = 50  # of rows, each of which asks Stripe


def refuse_many(admin_page: admin.ModelAdmin, request: HttpRequest, rows: QuerySet) -> bool:
    if rows.count() <= MOST_AT_ONCE:
        return False
    message = f"Choose {MOST_AT_ONCE} at most: Stripe is asked about each."
    admin_page.message_user(request, message, messages.ERROR)
    return True


class Sold(admin.ModelAdmin):
    actions = ("sync",)
    readonly_fields = ("lookup_key", "price")

    @admin.action(description="Bring Stripe to all prices and packs", permissions=["change"])
    def sync(self, request: HttpRequest, rows: QuerySet) -> None:
        try:
            done = sync()
        except UserError as error:
            self.message_user(request, error.sentence, messages.ERROR)
            return
        self.message_user(request, " ".join(done) or "Stripe has them all already.")


@admin.register(PlanPrice)
class PlanPriceAdmin(Sold):
    list_display = ("plan", "interval", "price", "is_sold", "lookup_key")
    list_filter = ("plan", "interval", "is_sold")
    list_select_related = ("plan",)
    fields = ("plan", "interval", "amount", "price", "is_sold", "lookup_key")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # Stripe's price is found by these two.
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "plan", "interval") if obj else fields

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("plan", "interval", "amount", "is_sold")


@admin.register(CreditPack)
class CreditPackAdmin(Sold):
    list_display = ("name", "units", "price", "is_sold", "position", "lookup_key")
    search_fields = ("name", "slug")
    fields = ("name", "slug", "units", "amount", "price", "is_sold", "position", "lookup_key")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "slug") if obj else fields

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else ("name", "slug", "units", "amount", "is_sold", "position")


class Subscriptions(ReadOnlyRows):
    model = Subscription
    fields = ("stripe_id", "status", "plan", "interval", "period_end", "ends_at")


class Orders(ReadOnlyRows):
    model = Order
    fields = ("created", "name", "price", "state")


@admin.register(Customer)
class CustomerAdmin(ReadOnly):
    list_display = ("stripe_id", "user", "given", "livemode", "created")
    list_filter = ("livemode", "given")
    list_select_related = ("user", "given")
    search_fields = ("=stripe_id", "user__username", "user__email")
    fields = ("user", "stripe_id", "livemode", "given", "leaving", "created")
    inlines = (Subscriptions, Orders)
    actions = ("read_again",)

    @admin.action(description="Read again at Stripe", permissions=["operate"])
    def read_again(self, request: HttpRequest, rows: QuerySet[Customer]) -> None:
        if refuse_many(self, request, rows):
            return
        for customer in rows:
            try:
                changed = mirror(customer)
            except UserError as error:
                self.message_user(request, f"{customer}: {error}", messages.ERROR)
            else:
                self.log_change(request, customer, "Read again at Stripe.")
                self.message_user(request, " ".join(changed) or f"{customer}: all is as it should.")


@admin.register(Subscription)
class SubscriptionAdmin(ReadOnly):
    list_display = ("stripe_id", "person", "status", "plan", "interval", "period_end", "ends_at")
    list_filter = ("status", "plan", "interval")
    list_select_related = ("customer__user", "plan")
    search_fields = (
        "=stripe_id",
        "=customer__stripe_id",
        "customer__user__username",
        "customer__user__email",
    )
    fields = (
        "customer",
        "person",
        "stripe_id",
        "status",
        "plan",
        "interval",
        "period_start",
        "period_end",
        "ends_at",
        "past_due_since",
        "read",
    )

    @admin.display(description="person", ordering="customer__user__username")
    def person(self, row: Subscription) -> str:
        return str(row.customer.user or "nobody any more")


@admin.register(Order)
class OrderAdmin(ReadOnly):
    list_display = ("created", "person", "name", "price", "state", "taken_back")
    list_filter = ("state", "created", "plan", "pack")
    list_select_related = ("customer__user",)
    search_fields = (
        "=id",
        "=session_id",
        "=payment_intent",
        "customer__user__username",
        "customer__user__email",
    )
    fields = (
        "id",
        "created",
        "customer",
        "person",
        "name",
        "plan",
        "interval",
        "pack",
        "units",
        "price",
        "state",
        "granted",
        "taken_back",
        "session_id",
        "payment_intent",
    )
    actions = ("settle",)

    @admin.display(description="person", ordering="customer__user__username")
    def person(self, row: Order) -> str:
        return str(row.customer.user or "nobody any more")

    @admin.action(description="Settle by what Stripe says now", permissions=["operate"])
    def settle(self, request: HttpRequest, rows: QuerySet[Order]) -> None:
        if refuse_many(self, request, rows):
            return
        for order in rows.select_related("customer__user"):
            try:
                self.message_user(request, settle(order))
                self.log_change(request, order, "Settled anew.")
            except UserError as error:
                self.message_user(request, f"{order}: {error}", messages.ERROR)


@admin.register(StripeEvent)
class StripeEventAdmin(ReadOnly):
    list_display = ("received", "kind", "state", "attempts", "result", "was_missed", "id")
    list_filter = ("state", "kind", "was_missed", "received")
    search_fields = ("=id", "=object_id", "=customer_id")
    fields = (
        "id",
        "kind",
        "object_id",
        "customer_id",
        "api_version",
        "happened",
        "received",
        "was_missed",
        "state",
        "attempts",
        "next_try",
        "result",
        "finished",
    )
    actions = ("replay",)

    @admin.action(description="Do their work once more", permissions=["operate"])
    def replay(self, request: HttpRequest, rows: QuerySet[StripeEvent]) -> None:
        if refuse_many(self, request, rows):
            return
        for event in rows.order_by("happened"):
            event.replay()
            work_on(event.pk)
            self.log_change(request, event, "Worked on once more.")
            event.refresh_from_db()
            done = event.state == StripeEvent.State.DONE
            level = messages.SUCCESS if done else messages.ERROR
            self.message_user(request, f"{event}: {event.result}", level)


@admin.register(Reconciliation)
class ReconciliationAdmin(ReadOnly):
    list_display = ("started", "finished", "missed", "differences", "error")
    list_filter = ("started",)
    fields = ("started", "finished", "missed", "sentences", "error")

    @admin.display(description="differences")
    def differences(self, row: Reconciliation) -> int:
        return len(row.found)

    @admin.display(description="what was found")
    def sentences(self, row: Reconciliation) -> str:
        return "\n".join(row.found) or "All was as it should be."
