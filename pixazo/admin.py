"""What the admin pages of all rooms stand on."""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from pixazo import overview
from pixazo.staff_door import only_with_factor, sent_to_set_one_up

admin.site.site_header = "Pixazo: staff"
admin.site.site_title = "Pixazo"
admin.site.index_title = "How the site is doing"
admin.site.site_url = "/"
# One door for everybody: its rate limits and its second factor hold here too.
admin.site.login = sent_to_set_one_up(secure_admin_login(admin.site.login))  # type: ignore[method-assign]
admin.site.has_permission = only_with_factor(admin.site.has_permission)  # type: ignore[method-assign]

_index = admin.site.index


def _start(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """The start page: what the rooms tell of a period, above the lists of their rows."""
    period = overview.chosen(request)
    told = {
        "periods": overview.PERIODS,
        "period": period,
        "parts": overview.parts(request, period),
    }
    return _index(request, told | (extra_context or {}))


admin.site.index = _start  # type: ignore[method-assign, assignment]


class ReadOnly(admin.ModelAdmin):
    """Staff look; what changes a row is an action that calls the row's own verb.

    Such actions ask for the permission "operate", which is the model's change permission.
    """

    show_full_result_count = False  # a second count of a large table on each page

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) or self.has_operate_permission(request)

    def has_operate_permission(self, request: HttpRequest) -> bool:
        return super().has_change_permission(request)


class ReadOnlyRows(admin.TabularInline):
    """Rows of another table below the one that is looked at."""

    extra = 0
    can_delete = False
    show_change_link = True

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields or ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class MembersPage(admin.ModelAdmin):
    """ "View on site" where the page opens for this person: others' work stays closed to staff."""

    def members_page(self, request: HttpRequest, obj: Any) -> str | None:
        """The page's address, or None if this person may not see it."""
        raise NotImplementedError

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        return None

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        response = super().render_change_form(request, context, *args, **kwargs)
        obj = kwargs.get("obj")
        if obj is not None and (page := self.members_page(request, obj)):
            response.context_data |= {"has_absolute_url": True, "absolute_url": page}  # type: ignore[attr-defined]
        return response


def link_to_row(row: Model, label: str = "") -> SafeString:
    """A link to the page of one row."""
    meta = row._meta  # noqa: SLF001  Django's public name for it
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[row.pk])
    return format_html('<a href="{}">{}</a>', address, label or str(row))


def link_to_list(label: str, model: type[Model], **filters: Any) -> SafeString:
    """A link to the list of another model's rows, already filtered."""
    meta = model._meta  # noqa: SLF001  likewise
    address = reverse(f"admin:{meta.app_label}_{meta.model_name}_changelist")
    query = "&".join(f"{name}={value}" for name, value in filters.items())
    return format_html('<a href="{}?{}">{}</a>', address, query, label)
