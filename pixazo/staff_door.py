"""Staff's pages open only to who signs in with a second factor, where the setting says so."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def lacks_factor(user: Any) -> bool:
    """Whoever has one was asked for it at the sign-in, or set it up since, and is in nowhere else
    (accounts/sessions.py)."""
    required = settings.STAFF_SECOND_FACTOR and not settings.SOLO
    return bool(required and user.is_staff and not is_mfa_enabled(user, FACTORS))


def only_with_factor(has_permission: Callable[[HttpRequest], bool]) -> Callable[..., bool]:
    """For the admin's question whether somebody may see any of it."""

    @wraps(has_permission)
    def asked(request: HttpRequest) -> bool:
        return has_permission(request) and not lacks_factor(request.user)

    return asked


def sent_to_set_one_up(login: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the admin's sign-in page, where it sends whoever it does not let in."""

    @wraps(login)
    def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated and lacks_factor(request.user):
            messages.warning(request, _("Staff's pages need a second factor. Set one up here."))
            return redirect("security")
        return login(request, *args, **kwargs)

    return answered
