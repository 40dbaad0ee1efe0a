"""Plans can be edited; what happened to units can only be looked at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat

from billing.models import Account, Hold, LedgerEntry, Plan
from pixazo.admin import ReadOnly, link_to_list


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = (
        "name",
        "slug",
        "daily_units",
        "running_jobs",
        "kept_days",
        "storage_gb",
        "is_default",
        "position",
    )
    search_fields = ("name", "slug")
    readonly_fields = ("accounts",)

    @admin.display(description="accounts")
    def accounts(self, plan: Plan) -> str:
        return link_to_list(str(plan.accounts.count()), Account, plan__id__exact=plan.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "slug") if obj else fields  # code and seeds find a plan by its slug

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = list(super().get_fields(request, obj))
        return fields if obj else [name for name in fields if name != "accounts"]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One by one, and only what nobody has: never several from the list."""
        unused = obj is not None and not obj.is_default and not obj.accounts.exists()
        return unused and super().has_delete_permission(request, obj)


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):
    """Staff put a person on a plan; the numbers come from holds."""

    list_display = ("user", "plan", "day", "spent", "held", "storage")
    list_filter = ("plan", "day")
    list_select_related = ("user", "plan")
    search_fields = ("user__username", "user__email")
    fields = ("user", "plan", "day", "spent", "held", "left", "storage", "history")
    readonly_fields = ("user", "day", "spent", "held", "left", "storage", "history")

    @admin.display(description="storage", ordering="stored")
    def storage(self, account: Account) -> str:
        return filesizeformat(account.stored)

    @admin.display(description="left today")
    def left(self, account: Account) -> str:
        return "no daily cap" if account.left_today is None else str(account.left_today)

    @admin.display(description="history")
    def history(self, account: Account) -> str:
        return link_to_list("Ledger of this account", LedgerEntry, account__id__exact=account.pk)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Hold)
class HoldAdmin(ReadOnly):
    list_display = ("created", "account", "units", "day", "state", "reference")
    list_filter = ("state", "day")
    list_select_related = ("account__user", "account__plan")
    search_fields = ("=reference", "account__user__username", "account__user__email")
    fields = ("account", "reference", "units", "day", "state", "created")


@admin.register(LedgerEntry)
class LedgerEntryAdmin(ReadOnly):
    list_display = ("created", "account", "kind", "units", "reason", "hold")
    list_filter = ("kind", "created")
    list_select_related = ("account__user", "account__plan", "hold")
    search_fields = ("=hold__reference", "account__user__username", "account__user__email")
    fields = ("created", "account", "kind", "units", "reason", "hold")
