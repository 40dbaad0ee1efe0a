"""How a person's account is reached: what guards it, and where it is open."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts.agents import named
from accounts.sessions import end_sessions, open_sessions


@require_GET
@login_required
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    factors = list(Authenticator.objects.filter(user=user).order_by("created_at"))
    of_type = {each.type: each for each in factors}
    codes = of_type.get(Authenticator.Type.RECOVERY_CODES)
    passkeys = [each for each in factors if each.type == Authenticator.Type.WEBAUTHN]
    app = of_type.get(Authenticator.Type.TOTP)
    context = {
        "addresses": EmailAddress.objects.filter(user=user).order_by("-primary", "email"),
        "connected": SocialAccount.objects.filter(user=user).order_by("provider"),
        "app": app,
        "passkeys": passkeys,
        "has_factor": bool(app or passkeys),
        "codes_left": len(codes.wrap().get_unused_codes()) if codes else None,
        "sessions": [
            {"row": row, "device": named(row.user_agent), "is_this": _is_this(request, row)}
            for row in open_sessions(user)
        ],
    }
    return render(request, "accounts/security.html", context)


@require_POST
@login_required
def end_others(request: HttpRequest) -> HttpResponse:
    user: Any = request.user
    others = open_sessions(user).exclude(session_key=request.session.session_key)
    many = end_sessions(user, others)
    sentence = ngettext(
        "Signed out on %(many)s other device.", "Signed out on %(many)s other devices.", many
    )
    messages.success(request, sentence % {"many": many})
    return redirect("security")


@require_POST
@login_required
def end_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Their own is ended by the usual door."""
    user: Any = request.user
    row = get_object_or_404(open_sessions(user), pk=pk)
    if _is_this(request, row):
        return redirect("account_logout")
    end_sessions(user, open_sessions(user).filter(pk=row.pk))
    messages.success(request, _("Signed out there."))
    return redirect("security")


def _is_this(request: HttpRequest, row: Any) -> bool:
    return bool(row.session_key == request.session.session_key)
