"""What the help desk keeps of a person: their requests, with the files that they sent."""

from collections.abc import Iterator
from typing import Any

from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType

from accounts.belongings import Belongings, OwnFile
from accounts.models import ReceivedMail, Ticket, TicketEvent, TicketFile, TicketMessage


class Requests(Belongings):
    name, rank = "requests", 10

    def remove(self, person: Any) -> None:
        """The rows go with the person's own; not what else names them."""
        ReceivedMail.objects.filter(ticket__user=person).delete()
        numbers = [str(pk) for pk in person.tickets.values_list("pk", flat=True)]
        kind = ContentType.objects.get_for_model(Ticket)
        LogEntry.objects.filter(content_type=kind, object_id__in=numbers).update(object_repr="")
        person.tickets.all().delete()

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        for ticket in person.tickets.order_by("pk"):
            written = ticket.messages.open_to_all().prefetch_related("files")
            happened = ticket.events.exclude(what__in=TicketEvent.INTERNAL)
            yield {
                "number": ticket.pk,
                "subject": ticket.subject,
                "category": ticket.category,
                "state": ticket.state,
                "job": str(ticket.job) if ticket.job else None,
                "created": ticket.created.isoformat(),
                "messages": [_message(row) for row in written],
                "history": [
                    {"what": row.what, "at": row.created.isoformat(), "by_staff": row.by_staff}
                    for row in happened
                ],
            }

    def files(self, person: Any) -> Iterator[OwnFile]:
        rows = TicketFile.objects.filter(message__ticket__user=person)
        for row in rows.exclude(message__kind=TicketMessage.Kind.NOTE):
            yield OwnFile(f"{row.pk}-{row.name}", row.key)


def _message(row: TicketMessage) -> dict[str, Any]:
    return {
        "by_staff": row.kind == TicketMessage.Kind.ANSWER,
        "text": row.text,
        "at": row.created.isoformat(),
        "files": [f"{file.pk}-{file.name}" for file in row.files.all()],
    }
