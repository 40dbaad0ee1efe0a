"""Plans: every number can be edited, and counts at once."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from billing.models import Account, Plan
from pixazo.admin import link_to_list


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    list_display = (
        "name",
        "slug",
        "daily_units",
        "running_jobs",
        "queue_weight",
        "workspaces",
        "kept_days",
        "storage_gb",
        "chat_messages",
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
