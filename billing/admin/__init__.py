"""Plans and exceptions can be edited; what happened to units can only be looked at."""

from billing.admin import accounts, ledger, overrides, overview, payments, person, plans

__all__ = ["accounts", "ledger", "overrides", "overview", "payments", "person", "plans"]
