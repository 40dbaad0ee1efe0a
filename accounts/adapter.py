"""What sign-up asks of a name and an e-mail address, beyond what django-allauth asks."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Preference, User
from accounts.names import is_reserved
from pixazo.errors import UserError
from pixazo.theme import from_cookie

log = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "username_taken": gettext_lazy("This name is taken. Choose another."),
        "email_taken": gettext_lazy("This e-mail address belongs to another account."),
        "email_password_mismatch": gettext_lazy(
            "The name or e-mail and the password don't belong together."
        ),
        "username_password_mismatch": gettext_lazy(
            "The name or e-mail and the password don't belong together."
        ),
        "too_many_login_attempts": gettext_lazy(
            "Too many failed attempts. Try again in a few minutes."
        ),
        "enter_current_password": gettext_lazy("Type your current password."),
        "incorrect_password": gettext_lazy("This isn't your password."),
        "invalid_password_reset": gettext_lazy("This link was used before or is too old."),
        "unverified_primary_email": gettext_lazy("Confirm this address first."),
        "cannot_remove_primary_email": gettext_lazy(
            "This is the address you sign in with; it can't be removed."
        ),
        "duplicate_email": gettext_lazy("This address is yours already."),
        "rate_limited": gettext_lazy("That was too often. Try again in a few minutes."),
        "same_as_current": gettext_lazy("Choose a password that is not your current one."),
    }

    def clean_username(self, username: str, shallow: bool = False) -> str:
        username = super().clean_username(username.strip(), shallow)
        if is_reserved(username):
            raise ValidationError(_("This name is kept for the site. Choose another."))
        return username

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except OSError:  # smtplib's errors are among them
            log.exception("An e-mail could not be sent")
            raise UserError(
                _(
                    "The e-mail could not be sent. Wait a few minutes and sign in or ask again:"
                    " a new one is sent then."
                ),
                code="mail",
                status=503,
            ) from None

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save a new person; of two sign-ups at once with one name, the later gets a sentence."""
        try:
            with transaction.atomic():
                saved: User = super().save_user(request, user, form, commit)
                if commit:  # what they chose as a visitor stays
                    Preference.objects.remember(saved, {"theme": from_cookie(request)})
        except IntegrityError:
            raise UserError(
                _("Somebody has just taken this name or e-mail address. Please sign up again."),
                code="taken",
                status=409,
            ) from None
        return saved
