"""Services elsewhere: where they are, the site's key, how they fare."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest

from generation.admin.key_form import KeyForm
from generation.keys import environment_key
from generation.models import ImageModel, Service
from generation.offers import sync
from generation.providers.errors import ProviderError
from generation.providers.remote.asking import origin
from pixazo import outgoing
from pixazo.admin import link_to_list


class ServiceForm(KeyForm):
    base_url = forms.URLField(
        label="Address",
        max_length=300,
        assume_scheme="https",
        help_text="Requests and keys go to this host only. Another host: keys must be given anew.",
    )

    class Meta:
        model = Service
        fields = (
            *("name", "slug", "kind", "base_url", "moderation_path"),
            *("key_header", "key_prefix", "calls_a_minute", "is_active"),
        )

    def clean_base_url(self) -> str:
        return checked_address(self.cleaned_data["base_url"].rstrip("/"))

    def save(self, commit: bool = True) -> Service:
        before = Service.objects.filter(pk=self.instance.pk).first()
        if before and origin(before.base_url) != origin(self.instance.base_url):
            # Keys were given to that host and to no other, people's own and models' as well.
            self.instance.api_key = ""
            before.own_keys.all().delete()
            before.image_models.update(api_key="")
        self.instance.trouble = ""
        self.instance.closed_until = None
        service: Service = super().save(commit)
        return service


def checked_address(url: str) -> str:
    """Of a service that gets a key. Raises `ValidationError`."""
    try:
        outgoing.check(url, settings.TRUSTED_HOSTS)
    except outgoing.Refused as refused:
        raise ValidationError(
            f"{refused.sentence} A host inside the network must be named in"
            " PIXAZO_TRUSTED_HOSTS, as host:port."
        ) from None
    scheme, host, port = origin(url)
    if scheme != "https" and f"{host}:{port}" not in settings.TRUSTED_HOSTS:
        raise ValidationError("The key must not travel unencrypted: use https.")
    if "?" in url or "#" in url:
        raise ValidationError("Only the beginning of the address, without ? and #.")
    return url


@admin.register(Service)
class ServiceAdmin(admin.ModelAdmin):
    form = ServiceForm
    list_display = ("name", "kind", "base_url", "is_active", "fares")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "slug", "base_url")
    readonly_fields = ("key", "fares", "closed_until", "image_models")
    fieldsets = (
        (None, {"fields": ("name", "slug", "kind", "base_url", "moderation_path", "is_active")}),
        (
            "Key",
            {
                "fields": (
                    *("key", "new_key", "forget_key", "key_header", "key_prefix"),
                    "calls_a_minute",
                )
            },
        ),
        ("How it fares", {"fields": ("fares", "closed_until", "image_models")}),
    )
    actions = ("read_list",)

    @admin.display(description="trouble")
    def fares(self, service: Service) -> str:
        return service.trouble or "none seen"

    @admin.display(description="key")
    def key(self, service: Service) -> str:
        if service.api_key:
            return "set"
        return "from the environment" if environment_key(service) else "not set"

    @admin.display(description="models")
    def image_models(self, service: Service) -> str:
        return link_to_list("Its models", ImageModel, service__id__exact=service.pk)

    @admin.action(description="Read which models the chosen services have", permissions=["change"])
    def read_list(self, request: HttpRequest, services: QuerySet[Service]) -> None:
        for service in services:
            try:
                found = sync(service)
            except ProviderError as error:
                self.message_user(request, f"{service}: {error.sentence}", messages.WARNING)
            else:
                self.message_user(request, f"{service}: {found}")
                self.log_change(request, service, f"Read its list of models. {found}")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        fields = super().get_readonly_fields(request, obj)
        return (*fields, "slug") if obj else fields

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """One by one, and only without models: old pictures keep theirs (switch it off)."""
        unused = obj is not None and not obj.image_models.exists()
        return unused and super().has_delete_permission(request, obj)
