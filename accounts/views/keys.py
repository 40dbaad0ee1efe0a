"""A person's API keys: make one, see it once, revoke it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import ApiKey

MOST_KEYS = 50


class KeyForm(forms.Form):
    name = forms.CharField(
        max_length=100,
        label=gettext_lazy("What is it for?"),
        widget=forms.TextInput(
            {"placeholder": gettext_lazy("My script on the laptop"), "autocomplete": "off"}
        ),
    )


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def api_keys(request: HttpRequest) -> HttpResponse:
    """What there is; a new one is shown by the answer itself, and only by it: a reload asks again
    and makes another."""
    user: Any = request.user
    form = KeyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and user.api_keys.filter(revoked=None).count() >= MOST_KEYS:
        form.add_error(
            None,
            _("You have %(most_keys)s keys. Revoke one that is no longer used.")
            % {"most_keys": MOST_KEYS},
        )
    if not form.is_valid():
        context = {"form": form, "keys": user.api_keys.filter(revoked=None)}
        return render(request, "accounts/keys.html", context, status=400 if form.is_bound else 200)
    key, text = ApiKey.issue(user, form.cleaned_data["name"])
    return render(request, "accounts/key_shown.html", {"key": key, "text": text})


@require_POST
@login_required
def revoke(request: HttpRequest, pk: Any) -> HttpResponse:
    user: Any = request.user
    key = get_object_or_404(user.api_keys, pk=pk)
    key.revoke()
    messages.success(request, _("The key “%(name)s” no longer works.") % {"name": key.name})
    return redirect("api_keys")
