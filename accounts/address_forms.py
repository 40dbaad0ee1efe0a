"""Whose an address is, as long as nobody has confirmed it: nobody's that it could open, or bar."""

from typing import Any

from allauth.account.forms import AddEmailForm, ResetPasswordForm, SignupForm
from allauth.account.models import EmailAddress
from django.db.models import QuerySet


def only_said(email: str) -> QuerySet[EmailAddress]:
    """Where somebody says that it is theirs, beside the address of their sign-up."""
    said = EmailAddress.objects.filter(email=email.lower(), verified=False, primary=False)
    return said.exclude(user__email__iexact=email)


class NewSignUp(SignupForm):
    def clean_email(self) -> str:
        """Else an address could be kept from its owner by whoever adds it to an account first."""
        only_said(self.cleaned_data["email"]).delete()
        email: str = super().clean_email()
        return email


class NewAddress(AddEmailForm):
    def clean_email(self) -> str:
        only_said(self.cleaned_data["email"]).exclude(user=self.user).delete()
        email: str = super().clean_email()
        return email


class NewReset(ResetPasswordForm):
    users: list[Any]

    def clean_email(self) -> str:
        """One letter mistyped would hand the account to whoever has that address."""
        email: str = super().clean_email()
        not_theirs = set(only_said(email).values_list("user_id", flat=True))
        self.users = [user for user in self.users if user.pk not in not_theirs]
        return email
