"""Who may see how the site is inside: somebody on this machine, or whoever has the token."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare

# Whose request bears one of these came through a proxy, whatever address the proxy has.
PASSED_ON = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")
HERE = ("localhost", "127.0.0.1", "[::1]")


def may_look_inside(request: HttpRequest) -> bool:
    said = request.headers.get("Authorization", "")
    token = settings.WATCH_TOKEN
    if token and constant_time_compare(said.encode(), f"Bearer {token}".encode()):
        return True
    if any(name in request.headers for name in PASSED_ON):
        return False
    return _is_loopback(request.META.get("REMOTE_ADDR") or "") and _asks_for_here(request)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _asks_for_here(request: HttpRequest) -> bool:
    """A page of somebody else's whose name leads to this machine has its browser ask by that."""
    name = request.META.get("HTTP_HOST", "").lower()
    return name in HERE or name.rpartition(":")[0] in HERE
