"""Files of tickets go after their rows, with whoever asked and whatever they asked."""

from typing import Any

from django.db import transaction
from django.db.models.signals import post_delete
from django.dispatch import receiver

from accounts.desk.files import remove
from accounts.models import TicketFile


@receiver(post_delete, sender=TicketFile)
def remove_file(instance: TicketFile, **kwargs: Any) -> None:
    key = instance.key
    transaction.on_commit(lambda: remove(key), robust=True)
