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
from django.views.decorators.http import require_POST

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


@require_POST
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """The answer itself shows the key, and only it: a reload asks again and makes another."""
    user: Any = request.user
    form = KeyForm(request.POST)
    if user.api_keys.filter(revoked=None).count() >= MOST_KEYS:
        form.add_error(
            None,
            _("You have %(most_keys)s keys. Revoke one that is no longer used.")
            % {"most_keys": MOST_KEYS},
        )
    if not form.is_valid():
        return render(request, "accounts/key_refused.html", {"form": form}, status=400)
    key, text = ApiKey.issue(user, form.cleaned_data["name"])
    return render(request, "accounts/key_shown.html", {"key": key, "text": text})


@require_POST
@login_required
def revoke(request: HttpRequest, pk: Any) -> HttpResponse:
    user: Any = request.user
    key = get_object_or_404(user.api_keys, pk=pk)
    key.revoke()
    messages.success(request, _("The key “%(name)s” no longer works.") % {"name": key.name})
    return redirect("profile")
