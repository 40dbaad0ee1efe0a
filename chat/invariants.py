"""What must hold for every answer, whatever was killed meanwhile."""

from collections.abc import Iterator

from chat.models import Message
from chat.sweeping import PATIENCE_SECONDS
from generation.clock import moment

# The sweeper comes every few seconds: what it has not found after this, it does not find.
LONG = 2 * PATIENCE_SECONDS


def violations(idle: bool) -> Iterator[str]:
    """Sentences about what is wrong."""
    open_ones = Message.objects.answering()
    if idle:
        for message in open_ones:
            yield f"Message {message.pk} is being written though nothing is left to do."
    for message in open_ones.filter(lease__lt=moment(seconds=-LONG)):
        yield f"Message {message.pk} was lost by its worker, and nobody has noticed."
    for message in open_ones.filter(lease=None, created__lt=moment(seconds=-LONG)):
        yield f"Message {message.pk} has waited for a worker for long."
    for message in Message.objects.exclude(state=Message.State.ANSWERING).exclude(lease=None):
        yield f"Message {message.pk} has ended and is still somebody's to write."
