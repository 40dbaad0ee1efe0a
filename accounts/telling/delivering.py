"""Sends what `Delivery` rows wait to be sent; the only place that moves them."""

import logging
from uuid import UUID

from django.conf import settings
from django.utils import translation

from accounts.models import Delivery, ReceivedMail
from accounts.telling.channels import Later, Needless, Never, named

AT_ONCE = 200  # of one round

log = logging.getLogger(__name__)


def deliver_due() -> None:
    """All that is due: what no bell rang for, or is to be tried again. A channel that is away is
    asked once a round."""
    away: set[str] = set()
    rows = Delivery.objects.due().order_by("due").values_list("pk", "channel")
    for pk, channel in list(rows[:AT_ONCE]):
        if channel not in away and not deliver(pk):
            away.add(channel)
    Delivery.objects.forget()
    ReceivedMail.objects.forget()


def deliver(pk: UUID) -> bool:
    """That one, if it is due and nobody else sends it. False if its channel is away."""
    row = Delivery.claim(pk)
    if row is None:
        return True
    channel = named(row.channel)
    if channel is None:  # it belongs to a part that is switched off
        row.end(row.State.SKIPPED, "There is no such channel.")
        return True
    try:
        with translation.override(settings.LANGUAGE_CODE):
            said = channel.send(row)
    except Later as error:
        return _put_off(row, channel.pauses, error)
    except Never as error:
        row.end(row.State.FAILED, str(error))
    except Needless as error:
        row.end(row.State.SKIPPED, str(error))
    except Exception:
        log.exception("%s broke.", row)
        _put_off(row, channel.pauses, Later("Something broke on our side."))
    else:
        row.end(row.State.DONE, said)
    return True


def _put_off(row: Delivery, pauses: tuple[int, ...], error: Later) -> bool:
    if row.attempts > len(pauses):
        row.end(row.State.FAILED, str(error))
    else:
        row.put_off(pauses[row.attempts - 1], str(error))
    return not error.is_away
