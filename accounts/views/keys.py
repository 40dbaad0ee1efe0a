"""A person's API keys: make one, see it once, revoke it."""

import json
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import ApiKey, User
from accounts.sure import asked_again
from pixazo.scopes import GENERATE, MANAGE, READ

MOST_KEYS = 50
MAY = (
    (READ, gettext_lazy("See your pictures and all else that you see")),
    (GENERATE, gettext_lazy("Make pictures with your units")),
    (MANAGE, gettext_lazy("Change and delete things, in your workspaces too")),
)
LASTS = (
    ("", gettext_lazy("Until it is revoked")),
    ("30", gettext_lazy("30 days")),
    ("90", gettext_lazy("90 days")),
    ("365", gettext_lazy("A year")),
)


class KeyForm(forms.Form):
    name = forms.CharField(
        max_length=100,
        label=gettext_lazy("What is it for?"),
        widget=forms.TextInput(
            {"placeholder": gettext_lazy("My script on the laptop"), "autocomplete": "off"}
        ),
    )
    scopes = forms.MultipleChoiceField(
        choices=MAY,
        initial=[READ, GENERATE],
        label=gettext_lazy("What may it do?"),
        error_messages={"required": gettext_lazy("A key that may do nothing is of no use.")},
    )
    days = forms.ChoiceField(choices=LASTS, required=False, label=gettext_lazy("How long?"))
    daily_cap = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=1_000_000,
        label=gettext_lazy("Units a day, at most"),
        help_text=gettext_lazy("Empty: as many as you have."),
    )

    def expires(self) -> datetime | None:
        days = self.cleaned_data["days"]
        return now() + timedelta(days=int(days)) if days else None


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@asked_again
@never_cache
def api_keys(request: HttpRequest) -> HttpResponse:
    """What there is; a new one is shown by the answer itself, and only by it: a reload asks again
    and makes another."""
    user: Any = request.user
    form = KeyForm(request.POST if request.method == "POST" else None)
    if form.is_valid() and (made := _made(user, form)):
        key, text = made
        context = {"key": key, "text": text, **_for_assistants(text)}
        return render(request, "accounts/key_shown.html", context)
    context = {"form": form, "keys": user.api_keys.filter(revoked=None)}
    return render(request, "accounts/keys.html", context, status=400 if form.is_bound else 200)


def _for_assistants(key: str) -> dict[str, Any]:
    """What they are told once, with the key in it: docs/mcp.md."""
    url, header = f"{settings.SITE_URL}/mcp", f"Bearer {key}"
    command = f'claude mcp add --transport http pixazo {url} --header "Authorization: {header}"'
    entry = {"pixazo": {"type": "http", "url": url, "headers": {"Authorization": header}}}
    return {"mcp": settings.MCP, "command": command, "entry": json.dumps(entry)}


@transaction.atomic
def _made(user: Any, form: KeyForm) -> tuple[ApiKey, str] | None:
    """None, and why in the form, where they have as many as anybody may."""
    # Whoever asks twice at once waits, and then counts the first.
    list(User.objects.select_for_update(no_key=True).filter(pk=user.pk))
    if user.api_keys.filter(revoked=None).count() >= MOST_KEYS:
        form.add_error(
            None,
            _("You have %(most_keys)s keys. Revoke one that is no longer used.")
            % {"most_keys": MOST_KEYS},
        )
        return None
    return ApiKey.issue(
        user,
        form.cleaned_data["name"],
        form.cleaned_data["scopes"],
        expires=form.expires(),
        daily_cap=form.cleaned_data["daily_cap"],
    )


@require_POST
@login_required
def revoke(request: HttpRequest, pk: Any) -> HttpResponse:
    user: Any = request.user
    key = get_object_or_404(user.api_keys, pk=pk)
    key.revoke()
    messages.success(request, _("The key “%(name)s” no longer works.") % {"name": key.name})
    return redirect("api_keys")
