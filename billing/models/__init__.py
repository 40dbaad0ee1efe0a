from billing.models.account import Account, OutOfUnits, StorageFull
from billing.models.customer import Customer
from billing.models.hold import Hold
from billing.models.ledger import LedgerEntry
from billing.models.order import Order
from billing.models.override import Override
from billing.models.plan import Plan
from billing.models.price import CreditPack, PlanPrice
from billing.models.reconciliation import Reconciliation
from billing.models.stripe_event import StripeEvent
from billing.models.subscription import Subscription

__all__ = [
    "Account",
    "CreditPack",
    "Customer",
    "Hold",
    "LedgerEntry",
    "Order",
    "OutOfUnits",
    "Override",
    "Plan",
    "PlanPrice",
    "Reconciliation",
    "StorageFull",
    "StripeEvent",
    "Subscription",
]
