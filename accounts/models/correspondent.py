"""Somebody who is written to about a ticket, and the secret in the address that they answer to."""

import secrets
from base64 import b32encode
from typing import Any

from django.conf import settings
from django.db import models

from accounts.models.ticket import Ticket
from pixazo.models import TimeOrdered

BYTES = 15  # 24 letters: addresses know no capitals, and no more than 64 characters


def new_token() -> str:
    return b32encode(secrets.token_bytes(BYTES)).decode().lower()


class Correspondent(TimeOrdered):
    """The person who asks (`is_staff` false), or a member of staff. One secret for each address."""

    ticket = models.ForeignKey(Ticket, models.CASCADE, related_name="correspondents")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    email = models.EmailField("e-mail")
    is_staff = models.BooleanField(default=False)
    token = models.CharField(max_length=32, unique=True, default=new_token)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["ticket", "email", "is_staff"], name="correspondent_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.email} about #{self.ticket_id}"

    @classmethod
    def of(cls, ticket: Ticket, email: str, user: Any, *, is_staff: bool) -> "Correspondent":
        row, _new = cls.objects.get_or_create(
            ticket=ticket, email=email.lower(), is_staff=is_staff, defaults={"user": user}
        )
        return row
