"""What somebody took of a proposal, or put back: kept with it, for everybody in the chat."""

from collections.abc import Callable, Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from chat.assistant.shown import shown
from chat.models import Message
from pixazo.errors import UserError


def take(message: Message, parts: Iterable[int]) -> None:
    """Mark these as taken, beside those that are. Raises a `UserError` for one that there is
    not."""
    wanted = set(parts)
    if not wanted or not wanted <= {each.index for each in shown(message.proposal).parts}:
        raise UserError(_("This proposal has no such part."), code="invalid")
    _mark(message, lambda taken: taken | wanted)


def put_back(message: Message) -> None:
    """None of it is taken any more."""
    _mark(message, lambda taken: set())


@transaction.atomic
def _mark(message: Message, change: Callable[[set[int]], set[int]]) -> None:
    # Two tabs that take a part each: both stay marked.
    row = Message.objects.select_for_update().filter(pk=message.pk).first()
    if row is None or not isinstance(row.proposal, dict):
        return
    there = {each.index for each in shown(row.proposal).parts if each.is_taken}
    row.proposal["applied"] = sorted(change(there))
    row.save(update_fields=["proposal"])
    message.proposal = row.proposal
    message.announce()
