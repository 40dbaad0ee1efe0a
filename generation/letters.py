"""Tells people of their pictures: in the bell, and by letters in their own language."""

import logging
from smtplib import SMTPDataError, SMTPRecipientsRefused, SMTPSenderRefused

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext_noop

from accounts.models import Notice, Preference, User
from accounts.telling import unsubscribing
from accounts.telling.letters import BY_MACHINE
from accounts.telling.reaching import wants
from generation import reminders
from generation.reminders import Reminder

ONE = gettext_noop("A picture of yours goes on %(day)s or soon after, by your plan.")
SOME = gettext_noop("%(count)s pictures of yours go from %(day)s on, by your plan.")
ONE_THERE = gettext_noop(
    "A picture in a workspace of yours goes on %(day)s or soon after, by its author's plan."
)
SOME_THERE = gettext_noop(
    "%(count)s pictures of yours or in your workspaces go from %(day)s on, by their authors' plans."
)
# Of this letter, by a mail server that takes others.
REFUSALS = (SMTPRecipientsRefused, SMTPSenderRefused, SMTPDataError)

log = logging.getLogger(__name__)


def remind() -> None:
    """Tell people what goes. A letter that is refused holds up no other; a mail server that is
    away is asked once, and those whom it would have told hear by mail in a later round."""
    is_there = True
    for user in reminders.people():
        try:
            reminder = reminders.claim(user)
            if reminder is None:
                continue
            with transaction.atomic():
                _say(user, reminder)
        except (IntegrityError, ObjectDoesNotExist):
            continue  # their account was deleted at this moment
        if user.email and wants(user, "mail", "going"):
            is_there = is_there and _write(user, reminder)
            if not is_there:
                reminders.take_back(user, reminder)


def _say(user: User, reminder: Reminder) -> None:
    """In place of what was said before; not again where only the letter is tried again."""
    one, some = (ONE, SOME) if reminder.are_own else (ONE_THERE, SOME_THERE)
    sentence = (one if reminder.count == 1 else some) % {
        "count": reminder.count,
        "day": reminder.first.date(),
    }
    said = Notice.objects.filter(subject=user.pk, text=sentence)
    if said.filter(created__gt=now() - reminders.PAUSE).exists():
        return
    Notice.objects.forget([user.pk])
    link = reverse("gallery_going")
    Notice.objects.tell(user, sentence, link, sender=None, subject=user.pk, kind="going")


def _write(user: User, reminder: Reminder) -> bool:
    """False if the mail server is away."""
    address = settings.SITE_URL + reverse("gallery_going")
    chosen = Preference.objects.of(user).get("language")
    known = {
        "count": reminder.count,
        "first": reminder.first,
        "are_own": reminder.are_own,
        "address": address,
    }
    with translation.override(chosen or settings.LANGUAGE_CODE):
        subject = render_to_string("generation/email/going_subject.txt", known)
        message = render_to_string("generation/email/going_message.txt", known)
    try:
        # Without a sender of its own it is the site's (DEFAULT_FROM_EMAIL).
        EmailMessage(
            " ".join(subject.split()),
            message.strip() + "\n",
            to=[user.email],
            headers=BY_MACHINE | unsubscribing.headers(user, "going"),
        ).send()
    except REFUSALS:
        log.exception("A letter about pictures that go was refused.")
    except OSError:  # the page and the bell say the same
        log.exception("A letter about pictures that go could not be sent.")
        return False
    return True
