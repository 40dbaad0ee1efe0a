"""People and their keys, for staff."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from accounts import acted_on, invite_admin, overview, ticket_admin, view_as
from accounts.models import ApiKey, StaffAct, User
from accounts.staff_acts import look, whose
from pixazo.admin import ReadOnly, link_to_list
from pixazo.overview import parts_about

# Importing the last two registers their parts.
__all__ = ["ApiKeyAdmin", "StaffActAdmin", "UserAdmin", "invite_admin", "overview", "ticket_admin"]

whose(User, lambda user: user, gettext_noop("Your account"), "profile")
whose(ApiKey, lambda key: key.user, gettext_noop("An API key"), "api_keys", acted_on.keys)


# How an account is reached is its owner's affair: with a form for it, staff could let themselves
# in. Other sites' clients stand in the settings.
for _model in (Authenticator, EmailAddress, SocialAccount, SocialApp, SocialToken, UserSession):
    if admin.site.is_registered(_model):
        admin.site.unregister(_model)


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People sign up, change their address and reset their password themselves.

    Nobody is deleted here, that would leave their pictures behind: inactive people can't sign in.
    """

    list_display = (
        "username",
        "email",
        "plan",
        "is_active",
        "is_staff",
        "date_joined",
        "last_login",
    )
    list_select_related = ("account__plan",)  # of a room above, so by its name only
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

    @admin.display(description="plan", ordering="account__plan__name")
    def plan(self, user: User) -> str:
        account = getattr(user, "account", None)
        return account.plan.name if account else "none yet"

    @admin.display(description="API keys")
    def keys(self, user: User) -> str:
        active = user.api_keys.active().count()
        return link_to_list(f"{active} in use", ApiKey, user__id__exact=user.pk)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.view_as))
        return [
            path("<uuid:pk>/view-as/", view, name="accounts_user_view_as"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        person = self.get_object(request, object_id)
        told: dict[str, Any] = {}
        if person and self.has_view_permission(request, person):
            look(request.user, person, "Looked at the page of your account.")
            told["parts"] = parts_about(request, person)
            told["may_view_as"] = view_as.may_view(request.user, person)
        return super().change_view(request, object_id, form_url, told | (extra_context or {}))

    def view_as(self, request: HttpRequest, pk: Any) -> HttpResponse:
        person = get_object_or_404(User, pk=pk)
        if not view_as.may_view(request.user, person):
            raise Http404
        try:
            view_as.begin(request, person, request.POST.get("reason", ""))
        except view_as.CanNotView as error:
            self.message_user(request, error.sentence, messages.ERROR)
            return redirect("admin:accounts_user_change", pk)
        return redirect("home")

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


@admin.register(StaffAct)
class StaffActAdmin(ReadOnly):
    """What the people themselves can read, too, and who it was."""

    list_display = ("created", "actor", "person", "what", "reason", "row")
    list_filter = ("created",)
    list_select_related = ("actor", "person")
    search_fields = ("actor__username", "person__username", "person__email", "what", "about")
    fields = ("created", "actor", "person", "what", "reason", "row")

    @admin.display(description="about", ordering="about")
    def row(self, act: StaffAct) -> str | SafeString:
        page = acted_on.row_page(act.about)
        return format_html('<a href="{}">{}</a>', page, act.about) if page else act.about
