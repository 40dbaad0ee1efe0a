"""Which addresses may be called: decided by one parser, and once more when connecting."""

import ipaddress
import re
import socket
import threading
from collections.abc import Collection
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from pixazo.outgoing.errors import Refused, TooSlow, Unreachable

if TYPE_CHECKING:
    import httpx2

PORTS = {"http": 80, "https": 443}
LOOK_SECONDS = 5.0
# A host whose last part is a number is an address to some and a name to others: 0x7f.1, 2130706433.
NUMERIC = re.compile(r"(^|\.)(\d+|0[xX][0-9a-fA-F]*)\.?$")
# As it is called: what else a parser lets through, such as %2e, another might read otherwise.
HOST = re.compile(r"[a-z0-9._-]+|\[?[0-9a-f:.]+\]?", re.IGNORECASE | re.ASCII)
# https://www.iana.org/assignments/iana-ipv6-special-registry: all else of IPv6 is special, too.
PUBLIC_V6 = ipaddress.ip_network("2000::/3")
# What Python's own table leaves out or older versions of it call public.
SPECIAL = [
    ipaddress.ip_network(each)
    for each in (
        "0.0.0.0/8",
        "100.64.0.0/10",
        "192.0.0.0/24",
        "192.88.99.0/24",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "2001::/23",
        "2001:db8::/32",
        "2002::/16",  # 6to4: carries an IPv4 address
        "3fff::/20",
    )
]


def parse(url: str, inside: Collection[str]) -> "httpx2.URL":
    """The address as it will be called. Raises `Refused` for what never is.

    `inside` names hosts that may be called on any port and need not be public, as host:port.
    """
    import httpx2

    try:
        # Spaces around it come from pasting.
        parsed = httpx2.URL(url.strip())
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise Refused(_("This is not a web address."), code="url_invalid") from None
    if not HOST.fullmatch(parsed.raw_host.decode("ascii", "replace") or "a"):
        raise Refused(_("This is not a web address."), code="url_invalid")
    if parsed.scheme not in PORTS or not parsed.host:
        raise Refused(_("The address must begin with http:// or https://."), code="url_invalid")
    if parsed.userinfo or "\\" in url:
        raise Refused(_("The address must not have a name or password in it."), code="url_invalid")
    port = _port(parsed)
    if is_inside(parsed.host, port, inside):
        return parsed
    if port not in PORTS.values():
        raise Refused(_("Only the ports 80 and 443 can be asked."), code="port_refused")
    if _literal(parsed.host) is None and NUMERIC.search(parsed.host):
        raise Unreachable
    return parsed


def check(url: "httpx2.URL", inside: Collection[str]) -> None:
    """Raises `Unreachable` for a name or number that is known to be inside only."""
    port = _port(url)
    found = _resolve(url.host, port, LOOK_SECONDS)
    if found and not is_inside(url.host, port, inside) and not any(map(is_public, found)):
        raise Unreachable


def _port(url: "httpx2.URL") -> int:
    """0, which a parser lets through, is one as well: the one that will be called."""
    return PORTS[url.scheme] if url.port is None else url.port


def join(url: str, target: str) -> str:
    """Where a redirect from `url` leads. Raises `Refused`."""
    import httpx2

    try:
        return str(httpx2.URL(url.strip()).join(target))
    except (httpx2.InvalidURL, UnicodeError, ValueError):
        raise Refused(_("That address leads to one that is none."), code="url_invalid") from None


def reachable(host: str, port: int, inside: Collection[str], seconds: float) -> list[str]:
    """The numeric addresses of a host that may be connected to, in the resolver's order.

    Raises `Unreachable` if there are none, `TooSlow` if the resolver needs longer than `seconds`.
    """
    found = _resolve(host, port, seconds)
    if not is_inside(host, port, inside):
        found = [each for each in found if is_public(each)]
    if not found:
        raise Unreachable
    return found


def is_inside(host: str, port: int, inside: Collection[str]) -> bool:
    name = f"[{host}]" if ":" in host else host
    return f"{name}:{port}" in inside


def is_public(text: str) -> bool:
    address = _literal(text)
    if address is None:
        return False
    if isinstance(address, ipaddress.IPv6Address) and address not in PUBLIC_V6:
        return False
    return address.is_global and not any(
        address in each for each in SPECIAL if each.version == address.version
    )


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """The system's resolver knows no time limit: it may go on in a thread that nobody waits for."""
    found: list[str] = []

    def look() -> None:
        try:
            rows = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            return
        found.extend(dict.fromkeys(str(row[4][0]) for row in rows))

    if _literal(host) is not None:
        return [host]
    thread = threading.Thread(target=look, name=f"resolve {host}"[:40], daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TooSlow(was_sent=False)
    return found
