"""Looks for answers whose worker is gone, and for those that nobody has begun. It rides along with
the engine's own sweeper, which runs in every worker and is rung for by beat."""

import logging
from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from accounts.language import speaking_to
from chat import doorbell
from chat.models import Message
from generation.clock import moment
from generation.signals import swept

log = logging.getLogger(__name__)

MOST = 100  # in one sweep; the next one takes the next
RING_SECONDS = 3.0  # a bell that was heard has been answered by then
PATIENCE_SECONDS = 300.0


@receiver(swept, dispatch_uid="chat.sweeping")
def sweep(**kwargs: Any) -> int:
    """Says how many were lost. Any number of them may run at once."""
    lost = 0
    for message in Message.objects.lost().select_related("author", "conversation__workspace")[
        :MOST
    ]:
        with speaking_to(message.author):
            if message.lose(_("The site was restarted while this was being written.")):
                lost += 1
                log.warning("Message %s was lost by its worker.", message.pk)
    _unbegun()
    return lost


def _unbegun() -> None:
    unheard = Message.objects.answering().filter(lease=None)
    unheard = unheard.filter(created__lt=moment(seconds=-RING_SECONDS))
    late = unheard.filter(created__lt=moment(seconds=-PATIENCE_SECONDS))
    for message in late.select_related("author", "conversation__workspace")[:MOST]:
        with speaking_to(message.author):
            message.give_up(_("Nobody came to answer. Ask again in a while."))
    for pk in unheard.values_list("pk", flat=True)[:MOST]:
        doorbell.ring(pk)
