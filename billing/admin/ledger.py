"""What happened to units."""

from django.contrib import admin

from billing.models import Hold, LedgerEntry
from pixazo.admin import ReadOnly


@admin.register(Hold)
class HoldAdmin(ReadOnly):
    list_display = ("created", "account", "units", "extra", "day", "state", "reference")
    list_filter = ("state", "day")
    list_select_related = ("account__user", "account__plan")
    search_fields = ("=reference", "account__user__username", "account__user__email")
    fields = ("account", "reference", "units", "extra", "day", "state", "created")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    list_display = ("created", "account", "kind", "units", "reason", "reference", "hold")
    list_filter = ("kind", "created")
    list_select_related = ("account__user", "account__plan", "hold")
    search_fields = (
        "=hold__reference",
        "=reference",
        "account__user__username",
        "account__user__email",
    )
    fields = ("created", "account", "kind", "units", "reason", "reference", "hold")
