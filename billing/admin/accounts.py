"""Staff put a person on a plan, give and take extra units, and make exceptions; the numbers of the
day come from holds."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.template.defaultfilters import filesizeformat
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_noop

from billing.admin.overrides import OwnOverrides
from billing.models import Account, LedgerEntry
from billing.origins import origins
from billing.units import exactly, plain
from pixazo.admin import link_to_list
from pixazo.ids import uuid7

BY_STAFF = gettext_noop("By staff")


class AccountForm(forms.ModelForm):
    give = forms.DecimalField(
        required=False,
        max_digits=7,
        decimal_places=1,
        label="Give extra units",
        help_text="They don't run out at midnight. Below nothing: take them back.",
    )
    reason = forms.CharField(
        required=False,
        max_length=100,
        help_text="For the extra units or the new plan; the person reads it in their ledger.",
    )
    # So that a form that is sent twice gives its units once.
    reference = forms.CharField(
        max_length=60, widget=forms.HiddenInput, initial=lambda: f"staff:{uuid7()}"
    )

    class Meta:
        model = Account
        fields = ("plan",)

    def clean_give(self) -> Any:
        given = self.cleaned_data["give"]
        try:
            return given and exactly(given)
        except ValueError as error:
            raise ValidationError(str(error)) from None

    def clean(self) -> Any:
        if self.cleaned_data.get("give") and not self.cleaned_data.get("reason"):
            self.add_error("reason", "Say what for: the person reads it.")
        return super().clean()


@admin.register(Account)
class AccountAdmin(admin.ModelAdmin):
    form = AccountForm
    list_display = ("user", "plan", "day", "spent", "held", "extra", "storage")
    list_filter = ("plan", "day")
    list_select_related = ("user", "plan")
    search_fields = ("user__username", "user__email")
    fieldsets = (
        (None, {"fields": ("user", "plan", "limits")}),
        ("Units", {"fields": ("day", "spent", "held", "left", "extra", "history")}),
        ("Change", {"fields": ("give", "reason", "reference")}),
        ("Storage", {"fields": ("storage",)}),
    )
    readonly_fields = (
        "user",
        "limits",
        "day",
        "spent",
        "held",
        "left",
        "extra",
        "storage",
        "history",
    )
    inlines = (OwnOverrides,)

    @admin.display(description="what holds")
    def limits(self, account: Account) -> str:
        rows = format_html_join("", "<tr><td>{}</td><td>{}</td><td>{}</td></tr>", origins(account))
        head = "<tr><th>Number</th><th>Value</th><th>From</th></tr>"
        return format_html("<table><thead>" + head + "</thead><tbody>{}</tbody></table>", rows)

    @admin.display(description="storage", ordering="stored")
    def storage(self, account: Account) -> str:
        return filesizeformat(account.stored)

    @admin.display(description="left today")
    def left(self, account: Account) -> str:
        return "no daily cap" if account.left_today is None else str(account.left_today)

    @admin.display(description="history")
    def history(self, account: Account) -> str:
        return link_to_list("Ledger of this account", LedgerEntry, account__id__exact=account.pk)

    def save_model(self, request: HttpRequest, obj: Account, form: Any, change: bool) -> None:
        """By the account's own verbs, so that the ledger tells of it."""
        said = form.cleaned_data
        account, reason = Account.objects.get(pk=obj.pk), said["reason"] or BY_STAFF
        account.move_to(said["plan"], reason=reason)
        given = plain(said["give"] or 0)
        if given > 0:
            account.grant(given, reason=reason, reference=said["reference"])
        elif given:
            account.take_back(-given, reason=reason, reference=said["reference"])

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
