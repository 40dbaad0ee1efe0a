"""The only place that deletes an account: closed at once, emptied in the background, then a letter.

There is no way back: whoever goes has typed their password, and was offered their data before.
"""

import logging
from uuid import UUID

from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import belongings
from accounts.belongings import Hindrance
from accounts.models import Departure, User
from accounts.telling import letters
from pixazo.errors import UserError
from pixazo.logs import audit

log = logging.getLogger(__name__)


class CanNotGo(UserError):
    code = "can_not_go"
    status = 409


def hindrances(person: User) -> list[Hindrance]:
    """Why they can't go now; empty: nothing stands against it."""
    return [each for kind in belongings.kinds() for each in kind.hindrances(person)]


def losses(person: User) -> list[str]:
    """What they lose with it, in sentences."""
    return [each for kind in belongings.kinds() for each in kind.losses(person)]


@transaction.atomic
def depart(person: User) -> Departure:
    """Close the account: no sign-in, key or link works any more. Raises `CanNotGo`."""
    # Whoever would come to work with them at this moment waits, or is seen.
    list(User.objects.select_for_update(no_key=True).filter(pk=person.pk))
    if against := hindrances(person):
        raise CanNotGo(against[0].sentence)
    if not User.objects.filter(pk=person.pk, is_active=True).update(is_active=False):
        raise CanNotGo(_("This account is being deleted already."))
    person.is_active = False
    for kind in belongings.kinds():
        kind.close(person)
    return Departure.objects.create(person=person, email=person.email)


def complete(pk: UUID) -> None:
    """Empty a closed account, delete it, write the letter; nothing if somebody else does so.

    What breaks off is begun again: each step finds what the one before has left.
    """
    departure = Departure.objects.select_related("person").filter(pk=pk).first()
    if departure is None or not departure.claim():
        return
    person = departure.person_id
    if departure.person:
        _empty(departure.person)
        _delete(departure.person)
    _write(departure)
    departure.delete()
    log.info("An account was deleted.")
    audit.note("account.deleted", person=person)


def _empty(person: User) -> None:
    for kind in belongings.kinds():
        kind.remove(person)


@transaction.atomic
def _delete(person: User) -> None:
    """What names them in the admin's journal goes, that something was done stays."""
    theirs = LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(User), object_id=str(person.pk)
    )
    theirs.update(object_repr="", change_message="")
    person.delete()


def _write(departure: Departure) -> None:
    """As all letters, tried again while the mail server is away; then the address goes, too. The
    next round of letters finds it: no bell is needed."""
    known = {"site": settings.SITE_URL}
    with override(departure.language or None):
        subject = render_to_string("accounts/email/departed_subject.txt", known)
        message = render_to_string("accounts/email/departed_message.txt", known)
    letters.put(f"mail:departed:{departure.pk}", departure.email, subject, message, {})


def end_sessions(person: User) -> None:
    """Those of an inactive person let nobody in; here their rows go, too."""
    for session in Session.objects.filter(expire_date__gt=now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(person.pk):
            session.delete()
