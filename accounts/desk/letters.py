"""Letters of the help desk: to whoever asks, and to staff; each may be answered.

The address to answer to bears a secret of that ticket and that reader, and so do the letter's own
id and the one it refers to: some programs keep only the one, some only the other.
"""

import secrets
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.models import Permission
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Correspondent, Notice, Preference, Ticket, TicketMessage, User
from accounts.tasks import ring_after_commit
from accounts.telling import letters, unsubscribing
from accounts.telling.reaching import wants

MOST_STAFF = 20  # who hear of a ticket that nobody has taken on
# In front of what is quoted: whatever program answers, it stands above the old words.
MARK = "=-=-="
ANSWERED = gettext_noop("Your request “%(subject)s” was answered.")
ASKS = gettext_noop("%(who)s asks for help: “%(subject)s”")
WROTE = gettext_noop("%(who)s wrote about “%(subject)s”")
OPENED = gettext_noop("%(who)s opened “%(subject)s” again")


def tell_asker(ticket: Ticket, message: TicketMessage) -> None:
    """What staff answered: in the bell, and as a letter."""
    user = ticket.user
    notice = None
    if user is not None:
        said = ANSWERED % {"subject": ticket.subject}
        link = ticket.get_absolute_url()
        known: dict[str, Any] = {"sender": None, "subject": message.pk, "kind": "ticket"}
        notice = Notice.objects.tell(user, said, link, **known)
        if not wants(user, "mail", "ticket"):
            return
    email = user.email if user else ticket.email
    if email:
        known = {"message": message, "has_files": message.files.exists(), "notice": notice}
        _write(ticket, email, user, "answer", str(message.pk), known)


def confirm(ticket: Ticket) -> None:
    """To somebody without an account: what they asked has arrived. Anybody can have it sent to any
    address, so it bears not a word of what they wrote."""
    with translation.override(ticket.language or settings.LANGUAGE_CODE):
        known = {"subject": _("We have your request")}
    _write(ticket, ticket.email, None, "confirmation", "asked", known)


def tell_staff(ticket: Ticket, sentence: str = WROTE) -> None:
    """A letter for each message of theirs; what staff wrote is not sent as their words."""
    message = ticket.messages.filter(kind=TicketMessage.Kind.ASKED).last()
    assert message is not None
    said = sentence % {"who": ticket.asker, "subject": ticket.subject}
    link = reverse("admin:accounts_ticket_change", args=[ticket.pk])
    for member in staff_of(ticket):
        if member == ticket.user:
            continue
        told: dict[str, Any] = {"sender": ticket.user, "subject": message.pk, "kind": "work"}
        Notice.objects.tell(member, said, link, **told)
        if member.email and wants(member, "mail", "work"):
            known = {"message": message, "has_files": message.files.exists(), "address": link}
            _write(ticket, member.email, member, "work", str(message.pk), known, is_staff=True)


def staff_of(ticket: Ticket) -> list[User]:
    """Who looks after it, or whoever could."""
    if ticket.owner_id and ticket.owner and ticket.owner.is_active and ticket.owner.is_staff:
        return [ticket.owner]
    may = Permission.objects.filter(
        content_type__app_label="accounts", codename="change_ticket"
    ).values("pk")
    known = Q(is_superuser=True) | Q(user_permissions__in=may) | Q(groups__permissions__in=may)
    staff = User.objects.filter(known, is_active=True, is_staff=True).distinct()
    return list(staff.order_by("pk")[:MOST_STAFF])


def _write(
    ticket: Ticket,
    email: str,
    user: Any,
    template: str,
    key: str,
    known: dict[str, Any],
    *,
    is_staff: bool = False,
) -> None:
    reader = Correspondent.of(ticket, email, user, is_staff=is_staff)
    language = Preference.objects.of(user)["language"] if user else ticket.language
    address = known.pop("address", "") or (ticket.get_absolute_url() if user else "")
    known |= {
        "ticket": ticket,
        "address": settings.SITE_URL + address if address else "",
        "may_answer": bool(settings.HELP_ADDRESS),
    }
    with translation.override(language or settings.LANGUAGE_CODE):
        text = str(render_to_string(f"accounts/email/ticket_{template}.txt", known))
        if settings.HELP_ADDRESS:
            above = _("Write your answer above this line, or it is not read.")
            text = f"{MARK} {above} {MARK}\n\n{text.strip()}"
    notice = known.get("notice")
    kind = "work" if is_staff else "ticket"
    row = letters.put(
        f"mail:ticket {ticket.pk}:{key}:{reader.pk}",
        email,
        f"[#{ticket.pk}] {known.get('subject', ticket.subject)}",
        text,
        headers(reader) | (unsubscribing.headers(user, kind) if user else {}),
        user=user,
        kind=kind,
        notice=None if notice is None else notice.pk,
    )
    ring_after_commit(row)


def headers(reader: Correspondent) -> dict[str, str]:
    host = host_of_letters()
    first = f"<help.{reader.token}.0@{host}>"
    found = {
        "Message-ID": f"<help.{reader.token}.{secrets.token_hex(6)}@{host}>",
        "In-Reply-To": first,
        "References": first,
    }
    if settings.HELP_ADDRESS:
        found["Reply-To"] = f"Pixazo <{answer_address(reader.token)}>"
    return found


def answer_address(token: str) -> str:
    name, _at, host = settings.HELP_ADDRESS.rpartition("@")
    return f"{name}+{token}@{host}"


def host_of_letters() -> str:
    """What the ids of our letters end with."""
    host: str = settings.HELP_ADDRESS.rpartition("@")[2]
    return host or urlsplit(settings.SITE_URL).hostname or "localhost"
