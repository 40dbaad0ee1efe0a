"""The only place that writes who was turned away: a line each, for staff and for fail2ban.

The address stands last, after " from ", and nothing that a stranger typed is in the line: who could
write such a line into a name would have others shut out (deploy/fail2ban/filter.d/pixazo.conf).
"""

import logging

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

log = logging.getLogger("pixazo.security")


def note(request: HttpRequest, what: str) -> None:
    """`what` is a few words of ours, such as "sign-in refused"."""
    try:
        address = get_adapter().get_client_ip(request)
    except PermissionDenied:  # a socket of this machine
        address = "here"
    log.warning("%s from %s", what, address)
