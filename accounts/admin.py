"""People and their keys, for staff."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from accounts import overview, ticket_admin
from accounts.models import ApiKey, User
from pixazo.admin import ReadOnly, link_to_list

# Importing the last two registers their parts.
__all__ = ["ApiKeyAdmin", "UserAdmin", "overview", "ticket_admin"]


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People sign up, change their address and reset their password themselves.

    Nobody is deleted here, that would leave their pictures behind: inactive people can't sign in.
    """

    list_display = ("username", "email", "is_active", "is_staff", "date_joined", "last_login")
    list_filter = ("is_active", "is_staff", "is_superuser", "date_joined")
    search_fields = ("username", "email", "first_name", "last_name")
    ordering = ("-date_joined",)
    filter_horizontal = ("groups", "user_permissions")
    readonly_fields = ("username", "email", "date_joined", "last_login", "keys")
    fieldsets = (
        (None, {"fields": ("username", "email", "first_name", "last_name", "keys")}),
        (
            "May",
            {"fields": ("is_active", "is_staff", "is_superuser", "groups", "user_permissions")},
        ),
        ("When", {"fields": ("date_joined", "last_login")}),
    )

    @admin.display(description="API keys")
    def keys(self, user: User) -> str:
        active = user.api_keys.active().count()
        return link_to_list(f"{active} in use", ApiKey, user__id__exact=user.pk)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        if request.user.is_superuser:
            return fields
        # Or whoever may edit people could make themselves a superuser.
        return (*fields, "is_staff", "is_superuser", "groups", "user_permissions")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        return allowed and (request.user.is_superuser or not (obj and obj.is_superuser))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnly):
    list_display = ("prefix", "name", "user", "created", "last_used", "revoked")
    list_filter = (("revoked", admin.EmptyFieldListFilter), "created", "last_used")
    list_select_related = ("user",)
    search_fields = ("prefix", "name", "user__username", "user__email")
    fields = (
        "prefix",
        "name",
        "user",
        "scopes",
        "expires",
        "daily_cap",
        "created",
        "last_used",
        "revoked",
    )
    actions = ("revoke",)

    @admin.action(description="Revoke the chosen keys", permissions=["operate"])
    def revoke(self, request: HttpRequest, keys: QuerySet[ApiKey]) -> None:
        revoked = [key for key in keys if key.revoke()]
        for key in revoked:
            self.log_change(request, key, "Revoked.")
        self.message_user(request, f"Revoked: {len(revoked)}.")
