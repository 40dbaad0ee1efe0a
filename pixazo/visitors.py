"""Where somebody without an account comes from, for doors that let so many through in so long."""

import ipaddress

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest


def visitor(request: HttpRequest) -> str:
    """Where a request comes from, as whoever owns the address: with IPv6 that is a /64."""
    try:
        said: str = get_adapter().get_client_ip(request)
        address = ipaddress.ip_address(said.partition("%")[0])
    except (PermissionDenied, ValueError):  # a socket of this machine: one for all of them
        return "here"
    bits = 64 if address.version == 6 else 32
    return str(ipaddress.ip_network((address, bits), strict=False).network_address)
