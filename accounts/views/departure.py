"""The page on which a person deletes their account: what goes, what is against it, the password."""

from typing import Any

from allauth.account.internal.flows.reauthentication import raise_if_reauthentication_required
from allauth.core import ratelimit
from django import forms
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.departing import depart, hindrances, losses
from accounts.tasks import ring_for_departure


class PasswordForm(forms.Form):
    password = forms.CharField(strip=False, max_length=4096)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
@sensitive_post_parameters("password")
def delete_account(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    form = PasswordForm(request.POST if request.method == "POST" else None)
    against = hindrances(user)
    if form.is_bound and not against and _is_them(request, form):
        departure = depart(user)
        logout(request)
        ring_for_departure(departure.pk)
        return render(request, "accounts/departing.html", {"email": departure.email})
    context = {"form": form, "hindrances": against, "losses": losses(user)}
    status = 200 if not form.is_bound else 409 if against else 400
    return render(request, "accounts/delete.html", context, status=status)


def _is_them(request: HttpRequest, form: PasswordForm) -> bool:
    """By their password; who has none, by however else they sign in, a short while ago."""
    user: Any = request.user
    if not user.has_usable_password():
        raise_if_reauthentication_required(request, app="account")
        return True
    if not form.is_valid():
        return False
    if not ratelimit.consume(request, action="reauthenticate", user=user):
        form.add_error(None, _("That was too often. Try again in a few minutes."))
        return False
    if user.check_password(form.cleaned_data["password"]):
        return True
    form.add_error("password", _("This isn't your password."))
    return False
