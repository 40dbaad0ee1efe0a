"""A link in each letter by which that kind of letter ends, without signing in (RFC 8058)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from accounts.models import Preference, User
from accounts.telling.kinds import BY_NAME, key_of

NAMESPACE = "pixazo.unsubscribe"


def address(user: Any, kind: str) -> str:
    token = signing.dumps([str(user.pk), kind], salt=NAMESPACE)
    return settings.SITE_URL + reverse("unsubscribe", args=[token])


def headers(user: Any, kind: str) -> dict[str, str]:
    return {
        "List-Unsubscribe": f"<{address(user, kind)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def read(token: str) -> tuple[User, str] | None:
    """Whose letters, and of which kind; None if it is forged or they are gone. It never ends: an
    old letter must be good for it, too."""
    try:
        pk, kind = signing.loads(token, salt=NAMESPACE)
        user = User.objects.filter(pk=UUID(pk)).first()
    except (signing.BadSignature, ValueError, TypeError):
        return None
    known = BY_NAME.get(kind)
    return (user, kind) if user and known and "mail" in known.channels else None


def end(user: User, kind: str) -> None:
    Preference.objects.remember(user, {key_of("mail", kind): False})
