from billing.models.account import Account, OutOfUnits, StorageFull
from billing.models.hold import Hold
from billing.models.ledger import LedgerEntry
from billing.models.plan import Plan

__all__ = ["Account", "Hold", "LedgerEntry", "OutOfUnits", "Plan", "StorageFull"]
