"""A person."""

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models.functions import Lower

from pixazo.ids import uuid7


class User(AbstractUser):
    """Signs in by e-mail or by name. The name is also the readable prefix of stored pictures."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField("e-mail")

    class Meta(AbstractUser.Meta):  # type: ignore[name-defined,misc]
        constraints = (
            models.UniqueConstraint(Lower("email"), name="user_email_unique"),
            models.UniqueConstraint(Lower("username"), name="user_username_unique"),
        )

    @property
    def initials(self) -> str:
        """Two letters for the avatar."""
        names = self.get_full_name().split() or [self.username]
        letters = names[0][:1] + names[-1][:1] if len(names) > 1 else names[0][:2]
        return letters.upper()

    @property
    def channel(self) -> str:
        """The channel of events that concern only this person."""
        return f"user:{self.pk}"
