"""Numbers that are others for a group, or for one person, than their plan's."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import DELETION, LogEntry
from django.http import HttpRequest

from billing.models import Override


@admin.register(Override)
class OverrideAdmin(admin.ModelAdmin):
    list_display = ("limit", "value_or_none", "group", "account")
    list_filter = ("limit", "group")
    list_select_related = ("group", "account__user", "account__plan")
    search_fields = ("group__name", "account__user__username", "account__user__email")
    autocomplete_fields = ("account",)
    fields = ("group", "account", "limit", "value")

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """One by one, also where several go at once: each person reads of their own."""
        staff: Any = request.user
        log = LogEntry.objects.log_actions
        return [entry for row in queryset for entry in log(staff.pk, [row], DELETION)]

    @admin.display(description="value", ordering="value")
    def value_or_none(self, override: Override) -> str:
        return "no limit" if override.value is None else f"{override.value:g}"


class OwnOverrides(admin.TabularInline):
    """On the page of an account: those of this person alone."""

    model = Override
    fields = ("limit", "value")
    extra = 0
    verbose_name = "exception for this person"
    verbose_name_plural = "exceptions for this person"
