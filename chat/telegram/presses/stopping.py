"""The buttons that end what is under way: a request, an answer."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from chat import asking
from chat.conversations import check_may_stop
from chat.models import Message, TelegramWatch
from chat.telegram import tasks
from chat.telegram.said import Said, gone, membership_in
from generation.models import Batch
from pixazo.errors import UserError


def _stop(said: Said, pk: UUID) -> str:
    """As the site does it: who may not change it stops what they pay for."""
    rows = Batch.objects.visible().select_related("workspace").filter(pk=pk)
    batch = rows.first()
    place = membership_in(said.person, batch.workspace) if batch else None
    if batch is None or place is None:
        raise gone()
    may_change = place.may_change(batch.author_id)
    if not may_change and batch.author_id != said.person.pk:
        raise UserError(
            _("Somebody else made this. Only they or the workspace's owner may change it."),
            code="not_yours",
            status=403,
        )
    count = batch.cancel(None if may_change else said.person.pk)
    _show(batch=batch)
    return _("Cancelled.") if count else _("It had ended already.")


def _hush(said: Said, pk: UUID) -> str:
    rows = Message.objects.select_related("conversation__workspace")
    message = rows.filter(pk=pk, conversation__deleted=None).first()
    place = membership_in(said.person, message.conversation.workspace) if message else None
    if message is None or place is None:
        raise gone()
    check_may_stop(place, message)
    has_stopped = asking.stop(message)
    _show(answer=message)
    return _("Stopped.") if has_stopped else _("It had ended already.")


def _show(**of: Any) -> None:
    for watch in TelegramWatch.objects.hurry(**of):
        tasks.ring_to_look(watch)


PRESSES: dict[str, Callable[[Said, UUID], str | None]] = {"stop": _stop, "hush": _hush}
