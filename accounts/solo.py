"""Single-user mode: whoever reaches the site from this machine is its owner, without signing in."""

from typing import cast

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import User
from pixazo.checks import is_loopback
from pixazo.error_pages import answer
from pixazo.errors import UserError

OWNER = "owner"


class SoloMiddleware(MiddlewareMixin):
    """Makes every request the owner's; takes itself out where people have accounts."""

    def __init__(self, get_response: object) -> None:
        if not settings.SOLO:
            raise MiddlewareNotUsed
        super().__init__(get_response)  # type: ignore[arg-type]

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        if not settings.SOLO_PUBLIC and not is_from_here(request):
            return _refuse(request)
        request.user = cast(User, SimpleLazyObject(local_owner))
        request.auser = sync_to_async(local_owner)
        return None


def local_owner() -> User:
    """The one person of a single-user site; made at the first use, with staff's rights."""
    return User.objects.filter(username=OWNER).first() or _make_owner()


def _make_owner() -> User:
    try:
        return User.objects.welcome("owner@localhost", OWNER, is_staff=True, is_superuser=True)
    except IntegrityError:
        return User.objects.get(username=OWNER)  # two first requests at once


def is_from_here(request: HttpRequest) -> bool:
    """True if the request comes from this machine, also where a server stands in between.

    A proxy on this machine is a loopback address itself, so everybody it names must be one too.
    """
    forwarded = request.headers.get("X-Forwarded-For", "")
    hosts = [request.META.get("REMOTE_ADDR", ""), *filter(None, forwarded.split(","))]
    return all(is_loopback(host.strip()) for host in hosts)


def _refuse(request: HttpRequest) -> HttpResponse:
    error = UserError(
        _(
            "This is a single-user site: it answers only on the machine it runs on."
            " To share it, set PIXAZO_SOLO_PUBLIC=1 (everybody is the owner then)"
            " or run it with accounts."
        ),
        code="solo",
        status=403,
    )
    return answer(request, error)
