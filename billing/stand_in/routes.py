"""The addresses of Stripe's API that the stand-in speaks, and which parameters each may have."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import stripe.params

from billing.stand_in import (
    catalogue,
    checkout,
    parameters,
    payments,
    portal,
    previews,
    subscriptions,
    webhooks,
)
from billing.stand_in.refusals import Refused
from billing.stand_in.store import Store, Thing, page

Do = Callable[..., Thing]  # (store, given, *ids)


@dataclass(frozen=True)
class Route:
    method: str
    path: re.Pattern[str]
    params: str  # the library's name for them, or ""
    do: Do


def answer(store: Store, method: str, path: str, given: Thing) -> Thing:
    """What Stripe would answer; raises `Refused`."""
    found = [(route, match) for route in ROUTES if (match := route.path.fullmatch(path))]
    for route, match in found:
        if route.method == method:
            read = parameters.read(_params(route.params), given)
            expand = read.pop("expand", [])
            return store.shown(route.do(store, read, *match.groups()), expand)
    raise Refused(
        f"Unrecognized request URL ({method}: {path}). If you are trying to list objects, remove"
        " the trailing slash. If you are trying to retrieve an object, make sure you passed a valid"
        " (non-empty) identifier in your code.",
        status=404,
    )


def _params(name: str) -> Any:
    if not name:
        return None
    found: Any = stripe.params
    for part in name.split("."):
        found = getattr(found, part)
    return found


def _route(method: str, path: str, params: str, do: Do) -> Route:
    return Route(method, re.compile("/v1/" + path.replace("{id}", "([^/]+)")), params, do)


def _one(kind: str) -> Do:
    return lambda store, given, id: store.get(kind, id)


def _customer(store: Store, given: Thing, id: str) -> Thing:
    customer = store.get("customer", id)
    return {"id": id, "object": "customer", "deleted": True} if "deleted" in customer else customer


def _change(kind: str, type: str) -> Do:
    return lambda store, given, id: catalogue.change(store, store.get(kind, id), given, type)


Filter = Callable[[Thing, Any], bool]


def _same(name: str) -> Filter:
    return lambda thing, wanted: thing.get(name) == wanted


FILTERS: dict[str, Filter] = {
    "lookup_keys": lambda thing, wanted: thing["lookup_key"] in wanted,
    "ids": lambda thing, wanted: thing["id"] in wanted,
    "types": lambda thing, wanted: thing["type"] in wanted,
    "type": lambda thing, wanted: bool(
        re.fullmatch(re.escape(wanted).replace(r"\*", ".*"), thing["type"])
    ),
    "price": lambda thing, wanted: any(
        item["price"]["id"] == wanted for item in thing["items"]["data"]
    ),
    "recurring": lambda thing, wanted: wanted.items() <= (thing["recurring"] or {}).items(),
    "subscription": lambda thing, wanted: (
        wanted
        == ((thing.get("parent") or {}).get("subscription_details") or thing).get("subscription")
    ),
    "payment": lambda thing, wanted: (
        thing["payment"]["payment_intent"] == wanted.get("payment_intent")
    ),
    "created": lambda thing, wanted: _in_range(thing["created"], wanted),
    "delivery_success": lambda thing, wanted: (thing["pending_webhooks"] == 0) == wanted,
}
PAGING = {"limit", "starting_after", "ending_before", "expand"}


def _in_range(at: int, wanted: Any) -> bool:
    if not isinstance(wanted, dict):
        return at == int(wanted)
    tests = {"gt": at.__gt__, "gte": at.__ge__, "lt": at.__lt__, "lte": at.__le__}
    return all(tests[name](int(value)) for name, value in wanted.items())


def _many(kind: str, url: str) -> Do:
    def list_(store: Store, given: Thing) -> Thing:
        things = [row for row in store.all(kind) if not row.get("deleted")]
        wanted = {name: value for name, value in given.items() if name not in PAGING}
        if kind == "subscription":
            things = _by_status(things, wanted.pop("status", None))
        for name, value in wanted.items():
            test = FILTERS.get(name, _same(name))
            things = [thing for thing in things if test(thing, value)]
        return page(f"/v1/{url}", things, given)

    return list_


def _by_status(things: list[Thing], status: str | None) -> list[Thing]:
    """What has ended is only listed where it is asked for."""
    if status == "all":
        return things
    if status == "ended":
        return [thing for thing in things if thing["status"] in subscriptions.DONE]
    if status:
        return [thing for thing in things if thing["status"] == status]
    return [thing for thing in things if thing["status"] != "canceled"]


def _line_items(store: Store, given: Thing, id: str) -> Thing:
    session = store.get("checkout.session", id)
    return page(session["line_items"]["url"], session["line_items"]["data"], given)


def _invoice_lines(store: Store, given: Thing, id: str) -> Thing:
    return page(f"/v1/invoices/{id}/lines", store.get("invoice", id)["lines"]["data"], given)


def _account(store: Store, given: Thing) -> Thing:
    return {"id": "acct_stand_in", "object": "account", "country": "DE", "default_currency": "eur"}


def _rows(url: str, kind: str, params: str) -> list[Route]:
    """Listing and reading one."""
    return [
        _route("GET", url, f"{params}ListParams", _many(kind, url)),
        _route("GET", f"{url}/{{id}}", f"{params}RetrieveParams", _one(kind)),
    ]


ROUTES: list[Route] = [
    _route("GET", "account", "", _account),
    _route("POST", "products", "ProductCreateParams", catalogue.create_product),
    _route("POST", "products/{id}", "ProductUpdateParams", catalogue.update_product),
    *_rows("products", "product", "Product"),
    _route("POST", "prices", "PriceCreateParams", catalogue.create_price),
    _route("POST", "prices/{id}", "PriceUpdateParams", catalogue.update_price),
    *_rows("prices", "price", "Price"),
    _route("POST", "coupons", "CouponCreateParams", catalogue.create_coupon),
    *_rows("coupons", "coupon", "Coupon"),
    _route("POST", "promotion_codes", "PromotionCodeCreateParams", catalogue.create_promotion_code),
    _route(
        "POST",
        "promotion_codes/{id}",
        "PromotionCodeUpdateParams",
        _change("promotion_code", "promotion_code.updated"),
    ),
    *_rows("promotion_codes", "promotion_code", "PromotionCode"),
    _route("POST", "customers", "CustomerCreateParams", payments.create_customer),
    _route("POST", "customers/{id}", "CustomerUpdateParams", payments.update_customer),
    _route("DELETE", "customers/{id}", "CustomerDeleteParams", portal.delete_customer),
    _route("GET", "customers", "CustomerListParams", _many("customer", "customers")),
    _route("GET", "customers/{id}", "CustomerRetrieveParams", _customer),
    _route("POST", "checkout/sessions", "checkout.SessionCreateParams", checkout.create),
    _route(
        "POST", "checkout/sessions/{id}/expire", "checkout.SessionExpireParams", checkout.expire
    ),
    _route(
        "GET",
        "checkout/sessions/{id}/line_items",
        "checkout.SessionListLineItemsParams",
        _line_items,
    ),
    *_rows("checkout/sessions", "checkout.session", "checkout.Session"),
    _route("POST", "billing_portal/sessions", "billing_portal.SessionCreateParams", portal.create),
    _route(
        "POST",
        "billing_portal/configurations",
        "billing_portal.ConfigurationCreateParams",
        portal.create_configuration,
    ),
    _route(
        "POST",
        "billing_portal/configurations/{id}",
        "billing_portal.ConfigurationUpdateParams",
        _change("billing_portal.configuration", "billing_portal.configuration.updated"),
    ),
    *_rows(
        "billing_portal/configurations",
        "billing_portal.configuration",
        "billing_portal.Configuration",
    ),
    _route("POST", "subscriptions/{id}", "SubscriptionUpdateParams", subscriptions.update),
    _route("DELETE", "subscriptions/{id}", "SubscriptionCancelParams", subscriptions.cancel),
    *_rows("subscriptions", "subscription", "Subscription"),
    _route("POST", "invoices/create_preview", "InvoiceCreatePreviewParams", previews.preview),
    _route("POST", "invoices/{id}/pay", "InvoicePayParams", portal.pay_invoice),
    _route("POST", "invoices/{id}/void", "InvoiceVoidInvoiceParams", portal.void_invoice),
    _route("GET", "invoices/{id}/lines", "InvoiceLineItemListParams", _invoice_lines),
    *_rows("invoices", "invoice", "Invoice"),
    *_rows("invoice_payments", "invoice_payment", "InvoicePayment"),
    *_rows("payment_intents", "payment_intent", "PaymentIntent"),
    *_rows("payment_methods", "payment_method", "PaymentMethod"),
    *_rows("charges", "charge", "Charge"),
    _route("POST", "refunds", "RefundCreateParams", payments.create_refund),
    *_rows("refunds", "refund", "Refund"),
    *_rows("disputes", "dispute", "Dispute"),
    *_rows("events", "event", "Event"),
    _route("POST", "webhook_endpoints", "WebhookEndpointCreateParams", webhooks.create_endpoint),
    _route(
        "DELETE",
        "webhook_endpoints/{id}",
        "WebhookEndpointDeleteParams",
        webhooks.delete_endpoint,
    ),
    *_rows("webhook_endpoints", "webhook_endpoint", "WebhookEndpoint"),
]
