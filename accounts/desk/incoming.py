"""Reads one letter that came in: whose answer it is, and to which ticket.

It is an answer only if it bears a secret of ours *and* comes from the address that we sent it to.
What machines wrote, and what came before, is dropped; nobody is written back to for it.
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from email import policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.parser import BytesParser
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import translation
from django.utils.translation import gettext as _

from accounts.desk import files, writing
from accounts.desk.files import Kept
from accounts.desk.mail_text import words_of
from accounts.models import Correspondent, ReceivedMail
from pixazo.errors import UserError

MOST_BYTES = 25 * 2**20  # of a letter, whose files are a third larger than they are
MOST_PARTS = 50
TOKEN = re.compile(r"\bhelp\.([a-z2-7]{24})\.", re.IGNORECASE)
PLUS = re.compile(r"\+([a-z2-7]{24})$", re.IGNORECASE)
UNKEEPABLE = re.compile("[\x00-\x1f\x7f\ud800-\udfff]")
TO_WHOM = ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To")
BULK = {"bulk", "junk", "list", "auto_reply"}
# Each stands in no letter that a person writes to us.
MACHINES = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "List-Id", "X-Failed-Recipients")
POSTMASTERS = ("mailer-daemon", "postmaster", "no-reply", "noreply")

Outcome = ReceivedMail.Outcome
log = logging.getLogger(__name__)


def receive(raw: bytes) -> Outcome | None:
    """What became of it; None if the very same came before."""
    if len(raw) > MOST_BYTES:
        return _written_down(EmailMessage(), _id_of(None, raw), Outcome.TOO_MUCH)
    try:
        letter = BytesParser(policy=policy.default).parsebytes(raw)
        assert isinstance(letter, EmailMessage)
        return _take(letter, raw)
    except DatabaseError:
        raise  # it is read when the database is back
    except Exception:
        # The standard library stumbles over some headers that are none, each time otherwise; and
        # one such letter must not lie in the way of all that come after it.
        log.exception("A letter could not be read.")
        return _written_down(EmailMessage(), _id_of(None, raw), Outcome.UNREADABLE)


def _take(letter: EmailMessage, raw: bytes) -> Outcome | None:
    message_id = _id_of(letter, raw)
    if ReceivedMail.objects.filter(message_id=message_id).exists():
        return None
    if is_automatic(letter):
        return _written_down(letter, message_id, Outcome.AUTOMATIC)
    reader = _reader(letter)
    if reader is None:
        return _written_down(letter, message_id, Outcome.UNKNOWN)
    if (trouble := _trouble(reader, _sender(letter))) is not None:
        return _written_down(letter, message_id, trouble, reader)
    text, sent = words_of(letter), _files(letter)
    if not text and not sent:
        return _written_down(letter, message_id, Outcome.EMPTY, reader)
    return _let_in(letter, message_id, reader, text or "—", sent)


def is_automatic(letter: EmailMessage) -> bool:
    """Sent by a machine, or by ourselves: answering such is how loops begin."""
    said = _head(letter, "Auto-Submitted").partition(";")[0].strip().lower()
    if said not in ("", "no") or _head(letter, "Precedence").strip().lower() in BULK:
        return True
    if any(letter.get_all(name) for name in MACHINES):
        return True
    if letter.get_content_type() == "multipart/report" or _head(letter, "Return-Path") == "<>":
        return True
    sender = _sender(letter)
    own = settings.HELP_ADDRESS.lower()
    is_ours = bool(own) and _bare(sender) == own
    is_ours_by_id = TOKEN.match(_head(letter, "Message-ID").strip("<> "))
    return bool(is_ours or is_ours_by_id or sender.partition("@")[0] in POSTMASTERS)


def _reader(letter: EmailMessage) -> Correspondent | None:
    for token in _tokens(letter):
        rows = Correspondent.objects.select_related("ticket__user", "user")
        if row := rows.filter(token=token.lower()).first():
            return row
    return None


def _tokens(letter: EmailMessage) -> Iterator[str]:
    for name in TO_WHOM:
        for address in _addresses(letter, name):
            if found := PLUS.search(address.rpartition("@")[0]):
                yield found[1]
    for name in ("In-Reply-To", "References"):
        yield from TOKEN.findall(_head(letter, name)[:4000])


def _trouble(reader: Correspondent, sender: str) -> Outcome | None:
    user = reader.user
    if user is not None and not user.is_active:
        return Outcome.CLOSED
    known = {reader.email.lower()}
    if user is not None:
        known.add(user.email.lower())
        verified = EmailAddress.objects.filter(user=user, verified=True)
        known |= {email.lower() for email in verified.values_list("email", flat=True)}
    if sender not in known:
        return Outcome.FOREIGN
    if reader.is_staff and not (user and user.is_staff and user.has_perm("accounts.change_ticket")):
        return Outcome.CLOSED
    return None


def _let_in(
    letter: EmailMessage, message_id: str, reader: Correspondent, text: str, found: list[Any]
) -> Outcome | None:
    ticket, user = reader.ticket, reader.user
    with translation.override(ticket.language or settings.LANGUAGE_CODE):
        sent, refused = _kept(found)
    text = "\n\n".join([text, *refused])
    try:
        with transaction.atomic():
            row = _row(letter, message_id, Outcome.TAKEN, reader)
            row.save(force_insert=True)
            if reader.is_staff:
                writing.answer(ticket, user, text, sent=sent, is_by_mail=True)
            else:
                writing.reply(ticket, user, text, sent, is_by_mail=True)
    except IntegrityError:  # it came twice at once
        files.discard(sent)
        return None
    except UserError as error:
        log.info("A letter about #%s was not taken: %s", ticket.pk, error.sentence)
        return _written_down(letter, message_id, Outcome.TOO_MUCH, reader)
    return Outcome.TAKEN


def _files(letter: EmailMessage) -> list[EmailMessage]:
    body = letter.get_body(("plain", "html"))
    parts: list[Any] = []
    for number, part in enumerate(letter.walk()):
        if number >= MOST_PARTS:
            break
        if not part.is_multipart() and part is not body and part.get_filename():
            parts.append(part)
    return parts[: files.MOST]


def _kept(parts: list[EmailMessage]) -> tuple[list[Kept], list[str]]:
    """What the gate took, and in words what it did not."""
    sent, refused = [], []
    for part in parts:
        name = UNKEEPABLE.sub("", part.get_filename() or "")[:80]
        content = part.get_payload(decode=True)
        try:
            sent.append(files.keep(name, content if isinstance(content, bytes) else b""))
        except UserError as error:
            sentence = _("[The file “%(name)s” was not taken: %(why)s]")
            refused.append(sentence % {"name": name, "why": error.sentence})
    return sent, refused


def _written_down(
    letter: EmailMessage, message_id: str, outcome: Outcome, reader: Correspondent | None = None
) -> Outcome | None:
    try:
        with transaction.atomic():
            row = _row(letter, message_id, outcome, reader)
            row.save(force_insert=True)
            if reader is not None and outcome != Outcome.EMPTY:
                writing.refuse_letter(reader.ticket, f"{outcome.label}: {row.sender}")
    except IntegrityError:
        return None
    return outcome


def _row(
    letter: EmailMessage, message_id: str, outcome: Outcome, reader: Correspondent | None
) -> ReceivedMail:
    return ReceivedMail(
        message_id=message_id,
        sender=UNKEEPABLE.sub("", _sender(letter))[:254],
        subject=UNKEEPABLE.sub(" ", _head(letter, "Subject"))[:200],
        outcome=outcome,
        ticket=reader.ticket if reader else None,
    )


def _id_of(letter: EmailMessage | None, raw: bytes) -> str:
    """What it is known by: its own id, or where it has none or a strange one, its content."""
    said = UNKEEPABLE.sub("", _head(letter, "Message-ID")).strip() if letter else ""
    return said if 3 < len(said) <= 200 else hashlib.sha256(raw).hexdigest()


def _sender(letter: EmailMessage) -> str:
    """Empty unless it is from exactly one address."""
    found = _addresses(letter, "From")
    return found[0] if len(found) == 1 else ""


def _bare(address: str) -> str:
    """Without what stands behind a plus."""
    name, _at, host = address.rpartition("@")
    return f"{name.partition('+')[0]}@{host}"


def _addresses(letter: EmailMessage, name: str) -> list[str]:
    found: list[str] = []
    for head in letter.get_all(name, []):
        addresses: tuple[Address, ...] = getattr(head, "addresses", ())
        if addresses:
            found += [each.addr_spec.lower() for each in addresses]
        elif name in TO_WHOM:  # Delivered-To and the like are no list to the standard library
            found.append(str(head).strip("<> \t").lower())
    return found


def _head(letter: EmailMessage, name: str) -> str:
    value = letter.get(name)
    return "" if value is None else str(value)
