"""Refuses a password that is known from others' breaches, where the settings name who knows them.

What is asked is the first five of the forty digits of its SHA-1, which thousands of passwords
share; what answers says all that begin so, and never learns which one was meant, nor by whom.
"""

import hashlib
import logging
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pixazo import outgoing

DIGITS = 5
MOST_BYTES = 2**20
SECONDS = 3.0  # whoever chooses a password waits

log = logging.getLogger(__name__)


class StolenPasswordValidator:
    def validate(self, password: str, user: Any = None) -> None:
        if settings.STOLEN_PASSWORDS and _is_known(password):
            sentence = _("This password is known from a break-in at another site. Choose another.")
            raise ValidationError(sentence, code="password_stolen")

    def get_help_text(self) -> str:
        return _("Not one that is known from break-ins at other sites.")


def _is_known(password: str) -> bool:
    """False where nobody answers: that must keep nobody from changing a password."""
    digest = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()
    asked, rest = digest[:DIGITS], digest[DIGITS:]
    try:
        answer = outgoing.call(
            "GET",
            settings.STOLEN_PASSWORDS + asked,
            headers={"Add-Padding": "true"},  # how long the answer is tells nothing
            limit_bytes=MOST_BYTES,
            seconds=SECONDS,
        )
    except outgoing.Refused as error:
        log.warning("Nobody says which passwords were stolen: %s", error)
        return False
    if answer.status != 200:
        log.warning("Nobody says which passwords were stolen: status %s", answer.status)
        return False
    for line in answer.content.decode("ascii", "replace").splitlines():
        found, _colon, times = line.strip().upper().partition(":")
        if found == rest:
            return times != "0"  # those are the padding
    return False
