"""Tells people of their pictures: in the bell, and by letters in their own language."""

import logging
from collections.abc import Iterable

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop

from accounts.models import Notice, Preference, User
from generation.retention import Reminder

ONE = gettext_noop("A picture of yours goes on %(day)s or soon after, by your plan.")
SOME = gettext_noop("%(count)s pictures of yours go from %(day)s on, by your plan.")

log = logging.getLogger(__name__)


def remind(reminders: Iterable[Reminder]) -> None:
    """Tell people what goes by their plan. A letter that can't be sent holds up no other."""
    for reminder in reminders:
        user = User.objects.get(pk=reminder.user)
        _say(user, reminder)
        if user.is_active and user.email:
            _write(user, reminder)


def _say(user: User, reminder: Reminder) -> None:
    """In place of what was said before."""
    Notice.objects.forget([user.pk])
    sentence = (ONE if reminder.count == 1 else SOME) % {
        "count": reminder.count,
        "day": reminder.first.date(),
    }
    link = reverse("gallery_going")
    Notice.objects.tell(user, sentence, link, sender=None, subject=user.pk)


def _write(user: User, reminder: Reminder) -> None:
    address = settings.SITE_URL + reverse("gallery_going")
    chosen = Preference.objects.of(user).get("language")
    known = {"count": reminder.count, "first": reminder.first, "address": address}
    with translation.override(chosen or settings.LANGUAGE_CODE):
        subject = render_to_string("generation/email/going_subject.txt", known)
        message = render_to_string("generation/email/going_message.txt", known)
    try:
        # Without a sender of its own it is the site's (DEFAULT_FROM_EMAIL).
        send_mail(" ".join(subject.split()), message.strip() + "\n", None, [user.email])
    except OSError:  # smtplib's errors are among them; the page and the bell say the same
        log.exception("A letter about pictures that go could not be sent.")
