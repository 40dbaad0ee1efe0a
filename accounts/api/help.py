"""`/api/v1/help`: what a person asks staff: their requests, one of them, a new one, its files.

Staff answer on their own pages (docs/help-desk.md).
"""

from typing import Any
from uuid import UUID

from django import forms
from django.http import FileResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from accounts.desk import files, writing
from accounts.desk.about import about
from accounts.models import Ticket, TicketEvent, TicketFile, TicketMessage
from accounts.views.help import AskForm, ReplyForm, saved
from pixazo import paging
from pixazo.api import Door, DoorRequest, address
from pixazo.errors import UserError
from pixazo.json_body import JsonBody
from pixazo.scopes import MANAGE, READ

PARSERS = [JsonBody, MultiPartParser]
FILES = "files"


class Requests(Door):
    """Moved last first. A new one: `subject`, `category`, `text`, perhaps `job_id`, and `files` of
    a multipart form."""

    plain_texts = True
    scopes = {"GET": READ, "POST": MANAGE}
    parser_classes = PARSERS
    repeats = ("POST",)

    def get(self, request: DoorRequest) -> Response:
        rows = Ticket.objects.of(request.user)
        shown, more = paging.page(request, rows, ("-moved", "-number"))
        return Response({"requests": [_answer(request, each) for each in shown], "next": more})

    def post(self, request: DoorRequest) -> Response:
        sent = _texts(request, (*AskForm.base_fields, "job_id"))
        job = _job(request, sent.pop("job_id", ""))
        said = _checked(AskForm(sent))
        ticket = writing.ask(
            **said,
            user=request.user,
            language=get_language() or "",
            job=job,
            sent=files.sent_with(request),
        )
        return Response(_whole(request, ticket), status=status.HTTP_201_CREATED)


class OneRequest(Door):
    scopes = {"GET": READ}

    def get(self, request: DoorRequest, pk: int) -> Response:
        return Response(_whole(request, _own(request, pk)))


class Messages(Door):
    """Write into it: `text`, and `files` of a multipart form. One that is closed opens again."""

    plain_texts = True
    scopes = {"POST": MANAGE}
    parser_classes = PARSERS
    repeats = ("POST",)

    def post(self, request: DoorRequest, pk: int) -> Response:
        ticket = _own(request, pk)
        said = _checked(ReplyForm(_texts(request, tuple(ReplyForm.base_fields))))
        writing.reply(ticket, request.user, said["text"], files.sent_with(request))
        return Response(_whole(request, _own(request, pk)), status=status.HTTP_201_CREATED)


class Close(Door):
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, pk: int) -> Response:
        writing.close(_own(request, pk), request.user)
        return Response(_whole(request, _own(request, pk)))


class Reopen(Door):
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, pk: int) -> Response:
        writing.reopen(_own(request, pk), request.user)
        return Response(_whole(request, _own(request, pk)))


class OneFile(Door):
    """Of a request of one's own."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest, pk: UUID) -> FileResponse:
        rows = TicketFile.objects.filter(message__ticket__user=request.user)
        return saved(get_object_or_404(rows.exclude(message__kind=TicketMessage.Kind.NOTE), pk=pk))


def _own(request: DoorRequest, pk: int) -> Ticket:
    return get_object_or_404(Ticket.objects.of(request.user), pk=pk)


def _texts(request: DoorRequest, names: tuple[str, ...]) -> dict[str, str]:
    """What was sent beside files."""
    data: Any = request.data
    sent = data.dict() if hasattr(data, "dict") else dict(data)
    if hasattr(data, "dict"):
        sent.pop(FILES, None)
    if unknown := set(sent) - set(names):
        sentence = _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)[:40]!r}"}
        raise UserError(sentence, code="invalid")
    for name, value in sent.items():
        if not isinstance(value, str):
            raise paging.wrong(name, _("`%(name)s` is a text.") % {"name": name})
    return sent


def _checked(form: forms.Form) -> dict[str, Any]:
    if not form.is_valid():
        said = {name: [str(each) for each in errors] for name, errors in form.errors.items()}
        raise UserError(next(iter(said.values()))[0], code="invalid", fields=said)
    return form.cleaned_data


def _job(request: DoorRequest, given: str) -> UUID | None:
    if not given:
        return None
    try:
        job = UUID(given)
    except ValueError:
        raise paging.wrong("job_id", _("`%(name)s` is an id.") % {"name": "job_id"}) from None
    if about(request.user, job) is None:
        raise paging.wrong("job_id", _("There is nothing here, or it isn't yours."))
    return job


def _answer(request: DoorRequest, row: Ticket) -> dict[str, Any]:
    return {
        "number": row.number,
        "subject": row.subject,
        "category": row.category,
        "state": row.state,
        "job_id": str(row.job) if row.job else None,
        "created": row.created,
        "moved": row.moved,
        "url": address(request, "api_ticket", row.number),
        "page_url": request.build_absolute_uri(row.get_absolute_url()),
    }


def _whole(request: DoorRequest, row: Ticket) -> dict[str, Any]:
    written = row.messages.open_to_all().prefetch_related("files")
    happened = row.events.exclude(what__in=TicketEvent.INTERNAL)
    return _answer(request, row) | {
        "messages": [_message(request, each) for each in written],
        "history": [
            {"what": each.what, "by_staff": each.by_staff, "created": each.created}
            for each in happened
        ],
    }


def _message(request: DoorRequest, row: TicketMessage) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "by_staff": row.kind == TicketMessage.Kind.ANSWER,
        "text": row.text,
        "created": row.created,
        "files": [
            {
                "id": str(each.pk),
                "name": each.name,
                "content_type": each.content_type,
                "bytes": each.size,
                "url": address(request, "api_ticket_file", each.pk),
            }
            for each in row.files.all()
        ],
    }
