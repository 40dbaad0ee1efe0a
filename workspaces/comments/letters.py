"""Writes to whoever was named in a comment, likes to be told by mail, and has not looked yet."""

import logging
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from accounts.models import Notice, Preference
from pixazo.rationing import takes_place
from pixazo.texts.kept import shown

WAIT_SECONDS = 120  # in which somebody who is there sees it
A_DAY, DAY = 20, 24 * 3600  # letters to one person

log = logging.getLogger(__name__)


def wants_letters(user: UUID) -> bool:
    return Preference.objects.filter(user=user, key="mail_mentions", value=True).exists()


def write(pk: UUID) -> None:
    """Of that notice; nothing where it was looked at, or is no more. Once, however often it is
    asked for."""
    notice = Notice.objects.select_related("user").filter(pk=pk, seen=None).first()
    if notice is None or not wants_letters(notice.user_id):
        return
    user = notice.user
    if not (user.is_active and user.email and takes_place(f"letter:{pk}", 1, DAY)):
        return
    if not takes_place(f"letters:{user.pk}", A_DAY, DAY):
        return
    with translation.override(Preference.objects.of(user)["language"] or settings.LANGUAGE_CODE):
        known = {
            "said": shown(notice.text),
            "address": settings.SITE_URL + notice.link,
            "preferences": settings.SITE_URL + reverse("own_preferences"),
        }
        subject = render_to_string("workspaces/email/mention_subject.txt", known)
        message = render_to_string("workspaces/email/mention_message.txt", known)
    try:
        send_mail(" ".join(subject.split()), message.strip() + "\n", None, [user.email])
    except OSError:  # smtplib's errors are among them; the bell says the same
        log.exception("A letter about a comment could not be sent.")
