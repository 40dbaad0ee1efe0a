"""The channel "mail": one letter, with the headers that were written down with it."""

import logging
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPResponseException, SMTPSenderRefused
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.text import Truncator

from accounts.models import Delivery, Notice, Preference
from accounts.telling import unsubscribing
from accounts.telling.channels import Channel, Later, Needless, Never, register
from accounts.telling.kinds import BY_NAME, key_of
from pixazo.rationing import takes_place
from pixazo.texts.kept import shown

A_DAY, DAY = 20, 24 * 3600  # letters to one person of what stands in the bell
SUBJECT = 120
ANSWERS = "accounts.change_ticket"  # whoever may answer is written to
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
    notice = Notice.objects.filter(pk=row.notice, seen=None).first() if row.notice else None
    if row.notice and notice is None:
        raise Needless("They have seen it.")
    if row.user is not None:
        _ask_again(row.user, row.kind)
    known = row.payload or _composed(row, notice)
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


def _ask_again(user: Any, kind: str) -> None:
    """A letter may have waited for half a day: are they still meant, and do they still want it?"""
    known = BY_NAME.get(kind)
    if known and known.is_for_staff and not (user.is_staff and user.has_perm(ANSWERS)):
        raise Needless("They look after requests no more.")
    if known and "mail" in known.channels and not Preference.objects.of(user)[key_of("mail", kind)]:
        raise Needless("They want no more such letters.")


def _composed(row: Delivery, notice: Notice | None) -> dict[str, Any]:
    """What stands in the bell, in its words of now and in the reader's language."""
    user = row.user
    if notice is None or user is None or not user.email:
        raise Needless("There is nothing to say, or nobody to say it to.")
    preferences = Preference.objects.of(user)
    if not takes_place(f"letters:{user.pk}", A_DAY, DAY):  # the bell has them all
        raise Needless("They had so many letters today.")
    with translation.override(preferences["language"] or settings.LANGUAGE_CODE):
        said = shown(notice.text)
        known = {
            "said": said,
            "address": settings.SITE_URL + notice.link,
            "choices": settings.SITE_URL + reverse("notifications"),
            "unsubscribe": unsubscribing.address(user, row.kind),
        }
        text = render_to_string("accounts/email/told_message.txt", known)
    return {
        "to": user.email,
        "subject": Truncator(" ".join(said.split())).chars(SUBJECT),
        "text": text.strip() + "\n",
        "headers": BY_MACHINE | unsubscribing.headers(user, row.kind),
    }


def _may_pass(error: Exception) -> bool:
    """4xx: a full mailbox, or a server that lets strangers wait."""
    if isinstance(error, SMTPRecipientsRefused):
        return all(400 <= code < 500 for code, _said in error.recipients.values())
    return isinstance(error, SMTPResponseException) and 400 <= error.smtp_code < 500


register(Channel("mail", send))
