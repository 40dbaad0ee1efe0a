"""A person."""

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy

from accounts.names import LONGEST, check_name, name_from
from pixazo.ids import uuid7


class PersonManager(UserManager["User"]):
    use_in_migrations = False

    @transaction.atomic
    def welcome(self, email: str, name: str = "", **fields: Any) -> "User":
        """Make a person whose e-mail address needs no confirmation: staff or a command vouch.

        Without a name they get a free one made of the address; without a password they sign in
        after a reset.
        """
        from allauth.account.models import EmailAddress  # needs the class below

        email = email.lower()
        user = self.create_user(name or self._free_name(email), email, **fields)
        EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
        return user

    def _free_name(self, email: str) -> str:
        base = name_from(email)
        taken = {
            name.lower()
            for name in self.filter(username__istartswith=base).values_list("username", flat=True)
        }
        name, number = base, 1
        while name in taken:
            number += 1
            name = f"{base}-{number}"
        return name


class User(AbstractUser):
    """Signs in by e-mail or by name. The name is also the readable prefix of stored pictures."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    username = models.CharField(
        "name",
        max_length=LONGEST,
        unique=True,
        validators=[check_name],
        help_text=f"Up to {LONGEST} letters from a to z, digits, hyphens and underscores.",
        error_messages={"unique": gettext_lazy("This name is taken.")},
    )
    email = models.EmailField("e-mail")

    objects: ClassVar[PersonManager] = PersonManager()

    # Staff look at the site as them: what a page writes down or makes by the way, it does not now.
    is_looked_at = False

    class Meta(AbstractUser.Meta):
        permissions = (("view_as_person", "Can look at the site as a person sees it"),)
        constraints = (
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=gettext_lazy(
                    "This e-mail address belongs to another account."
                ),
            ),
            models.UniqueConstraint(
                Lower("username"),
                name="user_username_unique",
                violation_error_message=gettext_lazy("This name is taken."),
            ),
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
