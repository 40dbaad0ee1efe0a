"""A person's own keys for services elsewhere: given, shown as their last four signs, taken back."""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from billing.models import Account
from generation.models import OwnKey, Service
from pixazo.errors import UserError


class KeysNotInPlan(UserError):
    code = "keys_not_in_plan"
    status = 403


class OwnKeyForm(forms.Form):
    service = forms.ModelChoiceField(
        Service.objects.filter(is_active=True),
        label="Service",
        empty_label=None,
        error_messages={"invalid_choice": gettext_lazy("This service is not used here.")},
    )
    key = forms.CharField(
        label=gettext_lazy("Your key"),
        min_length=8,
        max_length=500,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=gettext_lazy(
            "Stored encrypted and never shown again. It pays for your pictures only."
        ),
    )

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if not key.isascii() or not key.isprintable() or " " in key:
            raise forms.ValidationError(_("A key has no spaces or special signs."))
        return key


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("key")
def own_keys(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    may_bring = Account.objects.of(user).may_bring_keys
    form = OwnKeyForm(request.POST or None)
    if request.method == "POST":
        if not may_bring:
            raise KeysNotInPlan(_("Your plan doesn't include keys of your own."))
        if form.is_valid():
            service = form.cleaned_data["service"]
            OwnKey.objects.update_or_create(
                user=user, service=service, defaults={"key": form.cleaned_data["key"]}
            )
            messages.success(
                request, _("Your pictures by %(name)s now use your key.") % {"name": service.name}
            )
            return redirect("own_keys")
    rows = OwnKey.objects.filter(user=user).select_related("service").order_by("service__name")
    context = {"keys": rows, "form": form, "may_bring": may_bring}
    return render(
        request, "generation/own_keys.html", context, status=400 if form.is_bound else 200
    )


@require_POST
@login_required
def delete(request: HttpRequest, pk: UUID) -> HttpResponse:
    key = get_object_or_404(OwnKey.objects.select_related("service"), pk=pk, user=request.user)
    key.delete()
    messages.success(request, _("Your key for %(name)s is deleted.") % {"name": key.service.name})
    return redirect("own_keys")
