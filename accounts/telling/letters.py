"""The channel "mail": one letter, with the headers that were written down with it."""

import logging
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from typing import Any

from django.core.mail import EmailMessage

from accounts.models import Delivery, Notice
from accounts.telling.channels import Channel, Later, Needless, Never, register

# Of this letter, by a mail server that takes others.
REFUSALS = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)
# A letter of a machine: machines don't answer it, and servers list it under no absence.
BY_MACHINE = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}

log = logging.getLogger(__name__)


def put(
    key: str, to: str, subject: str, text: str, headers: dict[str, str], **known: Any
) -> Delivery | None:
    """A letter to be sent, once for each `key`. See `Delivery.objects.put`."""
    payload = {
        "to": to,
        "subject": " ".join(subject.split()),
        "text": text.strip() + "\n",
        "headers": BY_MACHINE | headers,
    }
    return Delivery.objects.put(key, "mail", payload, **known)


def send(row: Delivery) -> str:
    if row.user is not None and not row.user.is_active:
        raise Needless("Their account is switched off.")
    if row.notice and not Notice.objects.filter(pk=row.notice, seen=None).exists():
        raise Needless("They have seen it.")
    known = row.payload
    # Without a sender of its own it is the site's (DEFAULT_FROM_EMAIL).
    letter = EmailMessage(
        known["subject"], known["text"], None, [known["to"]], headers=known["headers"]
    )
    try:
        letter.send()
    except REFUSALS as error:
        log.warning("A letter was refused: %s", type(error).__name__)
        if _may_pass(error):
            raise Later("The mail server took it not yet.") from error
        raise Never("The mail server refused it.") from error
    except OSError as error:  # smtplib's errors are among them
        log.warning("A letter could not be sent: %s", error)
        raise Later("The mail server is away.", is_away=True) from error
    return "Handed to the mail server."


def _may_pass(error: Exception) -> bool:
    """4xx: a full mailbox, or a server that lets strangers wait."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _said in error.recipients.values())
    return isinstance(error, SMTPResponseException) and 400 <= error.smtp_code < 500


register(Channel("mail", send))
