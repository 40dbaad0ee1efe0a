"""What happens to a ticket: asked, written to, answered, noted, taken, closed. The only place.

Each is one transaction that begins with the ticket's lock, and writes its line of history.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext as _

from accounts.desk import files, letters
from accounts.desk.files import Kept
from accounts.models import Ticket, TicketEvent, TicketMessage
from accounts.models.ticket import WORDS
from pixazo.errors import UserError
from pixazo.events import announce
from pixazo.rationing import takes_place

A_DAY, DAY = 10, 24 * 3600  # new ones of one person
AN_HOUR, HOUR = 30, 3600  # messages of one person
MOST_MESSAGES = 300  # of one ticket
State, What, Kind = Ticket.State, TicketEvent.What, TicketMessage.Kind


class TooOften(UserError):
    code = "too_often"
    status = 429


class TooLong(UserError):
    code = "too_long"
    status = 409


def ask(
    *,
    subject: str,
    text: str,
    category: str,
    user: Any = None,
    email: str = "",
    language: str = "",
    job: UUID | None = None,
    page: str = "",
    sent: Sequence[Kept] = (),
) -> Ticket:
    """A new ticket of a person, or of somebody with an address only. Raises `TooOften`."""
    whose = user.pk if user else email.lower()
    with _discarding(sent):
        if not takes_place(f"ticket:{whose}", A_DAY if user else 3, DAY):
            raise TooOften(
                _("You have asked often today. Write into one of your requests instead.")
            )
        ticket = Ticket.objects.create(
            user=user,
            email=email.lower(),
            language=language,
            subject=" ".join(subject.split()),
            category=category,
            job=job,
            page=page,
        )
        _write(ticket, Kind.ASKED, user, text, sent)
        _note_down(ticket, What.OPENED, user)
        letters.tell_staff(ticket, letters.ASKS)
        if user is None:
            letters.confirm(ticket)
    return ticket


def reply(
    ticket: Ticket, user: Any, text: str, sent: Sequence[Kept] = (), *, is_by_mail: bool = False
) -> None:
    """By whoever asked: it is staff's turn, whatever the state was."""
    with _discarding(sent):
        _look_how_often(ticket, user)
        row = _locked(ticket)
        _write(row, Kind.ASKED, user, text, sent, is_by_mail=is_by_mail)
        _move(row, user, State.OPEN, What.REOPENED if row.is_closed else What.WRITTEN)
        letters.tell_staff(row)


def answer(
    ticket: Ticket,
    staff: Any,
    text: str,
    state: str = State.ANSWERED,
    sent: Sequence[Kept] = (),
    *,
    is_by_mail: bool = False,
) -> None:
    """By staff, to whoever asked; who answers first takes it on."""
    with _discarding(sent):
        row = _locked(ticket)
        message = _write(row, Kind.ANSWER, staff, text, sent, is_by_mail=is_by_mail)
        if row.owner_id is None:
            row.owner = staff
            row.save(update_fields=["owner"])
            _note_down(row, What.TAKEN, staff, by_staff=True)
        _move(row, staff, state, What.ANSWERED, by_staff=True)
        letters.tell_asker(row, message)


def note(ticket: Ticket, staff: Any, text: str) -> None:
    """For staff only; it moves nothing."""
    with transaction.atomic():
        row = _locked(ticket)
        _write(row, Kind.NOTE, staff, text, ())
        _note_down(row, What.NOTED, staff, by_staff=True)


@transaction.atomic
def take(ticket: Ticket, staff: Any) -> bool:
    """False if somebody else has it."""
    if not Ticket.objects.filter(pk=ticket.pk, owner=None).update(owner=staff):
        return False
    _note_down(ticket, What.TAKEN, staff, by_staff=True)
    return True


@transaction.atomic
def give_back(ticket: Ticket, staff: Any) -> bool:
    """For others to take on; False if nobody had it."""
    if not Ticket.objects.filter(pk=ticket.pk).exclude(owner=None).update(owner=None):
        return False
    _note_down(ticket, What.GIVEN_BACK, staff, by_staff=True)
    return True


@transaction.atomic
def move(ticket: Ticket, staff: Any, state: str) -> bool:
    """Staff say whose turn it is, without a word; False if it is so already."""
    row = _locked(ticket)
    if row.state == state:
        return False
    what = What.CLOSED if state == State.CLOSED else What.STATE
    _move(row, staff, state, what, by_staff=True, detail=str(State(state).label))
    return True


@transaction.atomic
def sort(ticket: Ticket, staff: Any, category: str) -> bool:
    """Staff say what kind it is."""
    rows = Ticket.objects.filter(pk=ticket.pk).exclude(category=category)
    if not rows.update(category=category):
        return False
    detail = str(Ticket.Category(category).label)
    _note_down(ticket, What.CATEGORY, staff, by_staff=True, detail=detail)
    return True


@transaction.atomic
def close(ticket: Ticket, user: Any) -> bool:
    """By whoever asked; False if it is closed already."""
    row = _locked(ticket)
    if row.is_closed:
        return False
    _move(row, user, State.CLOSED, What.CLOSED)
    return True


@transaction.atomic
def reopen(ticket: Ticket, user: Any) -> bool:
    """Counted as a message is: staff hear of each."""
    _look_how_often(ticket, user)
    row = _locked(ticket)
    if not row.is_closed:
        return False
    _move(row, user, State.OPEN, What.REOPENED)
    letters.tell_staff(row, letters.OPENED)
    return True


def refuse_letter(ticket: Ticket, detail: str) -> None:
    """A letter bore the ticket's secret and was not taken: staff see it in the history."""
    _note_down(ticket, What.REFUSED, None, detail=detail)


@contextmanager
def _discarding(sent: Sequence[Kept]) -> Iterator[None]:
    """One transaction; the files go where it fails."""
    try:
        with transaction.atomic():
            yield
    except BaseException:
        files.discard(sent)
        raise


def _look_how_often(ticket: Ticket, user: Any) -> None:
    whose = user.pk if user else ticket.pk
    if not takes_place(f"ticket-message:{whose}", AN_HOUR, HOUR):
        raise TooOften(_("That was very often in an hour. Write again a little later."))


def _locked(ticket: Ticket) -> Ticket:
    row = Ticket.objects.select_for_update(no_key=True).filter(pk=ticket.pk).first()
    if row is None:
        raise Http404
    return row


def _write(
    ticket: Ticket,
    kind: str,
    author: Any,
    text: str,
    sent: Sequence[Kept],
    *,
    is_by_mail: bool = False,
) -> TicketMessage:
    if ticket.messages.count() >= MOST_MESSAGES:
        raise TooLong(_("This has become very long. Ask anew, and name its number."))
    message = ticket.messages.create(
        kind=kind, author=author, text=text.strip()[:WORDS], is_by_mail=is_by_mail
    )
    files.attach(message, sent)
    return message


def _move(
    ticket: Ticket, by: Any, state: str, what: str, *, by_staff: bool = False, detail: str = ""
) -> None:
    ticket.state, ticket.moved = state, now()
    ticket.save(update_fields=["state", "moved"])
    _note_down(ticket, what, by, by_staff=by_staff, detail=detail)


def _note_down(
    ticket: Ticket, what: str, by: Any, *, by_staff: bool = False, detail: str = ""
) -> None:
    ticket.events.create(what=what, by=by, by_staff=by_staff, detail=detail[:200])
    if ticket.user:
        announce(ticket.user.channel, "ticket", ticket.pk)
