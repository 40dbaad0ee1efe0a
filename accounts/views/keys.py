"""A person's API keys: make one, see it once, revoke it."""

from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import ApiKey

MOST_KEYS = 50


class KeyForm(forms.Form):
    name = forms.CharField(
        max_length=100,
        label="What is it for?",
        widget=forms.TextInput({"placeholder": "My script on the laptop", "autocomplete": "off"}),
    )


@require_POST
@login_required
@never_cache
def new(request: HttpRequest) -> HttpResponse:
    """The answer itself shows the key, and only it: a reload asks again and makes another."""
    user: Any = request.user
    form = KeyForm(request.POST)
    if user.api_keys.filter(revoked=None).count() >= MOST_KEYS:
        form.add_error(None, f"You have {MOST_KEYS} keys. Revoke one that is no longer used.")
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
    messages.success(request, f"The key “{key.name}” no longer works.")
    return redirect("profile")
