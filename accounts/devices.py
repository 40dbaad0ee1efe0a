"""Browsers in which an account was opened before: a signed cookie knows, and is no permission."""

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

from accounts.models import User

COOKIE, SALT = f"{settings.COOKIE_PREFIX}known", "accounts.devices"
AGE = 365 * 24 * 3600
MOST = 5  # accounts that one browser remembers


def knows(request: HttpRequest, user: User) -> bool:
    return str(user.pk) in _known(request)


def remember(request: HttpRequest, response: HttpResponse, user: User) -> None:
    known = [str(user.pk), *_known(request)][:MOST]
    response.set_cookie(
        COOKIE,
        signing.dumps(known, salt=SALT),
        max_age=AGE,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _known(request: HttpRequest) -> list[str]:
    try:
        return list(signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=AGE))
    except (signing.BadSignature, TypeError):
        return []
