"""Codes for a closed beta, for staff."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from accounts.models import InviteCode


@admin.register(InviteCode)
class InviteCodeAdmin(admin.ModelAdmin):
    """Made here and handed on; revoked, never deleted: how many came by each stays known."""

    list_display = ("code", "note", "used", "uses", "expires", "revoked", "created")
    list_filter = (("revoked", admin.EmptyFieldListFilter), "created")
    search_fields = ("code", "note")
    fields = ("note", "uses", "expires", "code", "address", "used", "revoked", "maker")
    readonly_fields = ("code", "address", "used", "revoked", "maker")
    list_select_related = ("maker",)
    actions = ("revoke",)

    @admin.display(description="To hand on")
    def address(self, row: InviteCode) -> str:
        if row._state.adding:  # noqa: SLF001
            return "-"
        query = urlencode({"invite_code": row.code})
        return f"{settings.SITE_URL}{reverse('account_signup')}?{query}"

    def save_model(self, request: HttpRequest, obj: InviteCode, form: Any, change: bool) -> None:
        if not change:
            obj.maker = request.user  # type: ignore[assignment]
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description="Revoke the chosen codes", permissions=["change"])
    def revoke(self, request: HttpRequest, codes: QuerySet[InviteCode]) -> None:
        revoked = [code for code in codes if code.revoke()]
        for code in revoked:
            self.log_change(request, code, "Revoked.")
        self.message_user(request, f"Revoked: {len(revoked)}.")
