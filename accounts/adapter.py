"""What sign-up asks of a name and an e-mail address, beyond what django-allauth asks."""

import logging
import time
from typing import Any
from urllib.parse import quote

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.reauthentication import get_reauthentication_flows
from allauth.account.internal.userkit import filter_users_by_email
from allauth.core.internal import ratelimit
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import devices
from accounts.models import InviteCode, Preference, User
from accounts.names import is_reserved
from accounts.sessions import BEGAN
from pixazo.errors import UserError
from pixazo.security_log import note
from pixazo.theme import from_cookie

log = logging.getLogger(__name__)

# Letters that whoever knows an address can have sent to it.
BY_STRANGERS = (
    "account/email/account_already_exists",
    "account/email/email_confirmation_signup",
    "account/email/password_reset_key",
    "account/email/unknown_account",
)


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

    def login(self, request: HttpRequest, user: User) -> None:
        self.was_here_before = user.last_login is not None
        super().login(request, user)

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """A letter where the account is opened in a browser that it was not opened in before."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not devices.knows(request, user):
            if self.was_here_before:
                self.send_notification_mail("account/email/new_device", user)
            devices.remember(request, response, user)
        return response

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        """A sign-in of just now is as good as a password given again. Who has neither password nor
        factor has no other: django-allauth would let them, and whoever sits there, do anything."""
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        age = time.time() - self.request.session.get(BEGAN, 0)
        if not required or age < app_settings.REAUTHENTICATION_TIMEOUT:
            return False
        if not settings.SOLO and not get_reauthentication_flows(self.request.user):
            raise UserError(
                _(
                    "This can be done within ten minutes of a sign-in. Sign out, sign in again, and"
                    " come back."
                ),
                code="sign_in_again",
                status=403,
            )
        return True

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        words = {
            "reauthenticate": _("Use your password"),
            "mfa_reauthenticate": _("Use a code of your app, or a recovery code"),
            "mfa_reauthenticate:webauthn": _("Use a passkey"),
        }
        found = super().get_reauthentication_methods(user)
        return [each | {"description": words[each["id"]]} for each in found]

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            note(request, "sign-in refused")
            raise

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        note(request, "sign-in refused")

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures are counted for the account, by whichever of its names it is tried."""
        typed = credentials.get("email") or credentials.get("username") or ""
        user = User.objects.filter(username__iexact=typed).first()
        users = [user] if user else filter_users_by_email(typed, for_login=True)
        return f"account:{users[0].pk}" if users else f"nobody:{typed.lower()}"

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Below the site's own address, whatever name the request came by."""
        return settings.SITE_URL + reverse("account_confirm_email", args=[emailconfirmation.key])

    def get_reset_password_from_key_url(self, key: str) -> str:
        path = reverse("account_reset_password_from_key", kwargs={"uidb36": "UID", "key": "KEY"})
        return settings.SITE_URL + path.replace("UID-KEY", quote(key))

    def send_account_already_exists_mail(self, email: str) -> None:
        """Takes the time that a new account does: a page that comes sooner would tell."""
        User().set_password(email)
        super().send_account_already_exists_mail(email)

    def send_notification_mail(self, *args: Any, **kwargs: Any) -> None:
        """What it tells of is done: a mail server that is down does not undo it."""
        try:
            super().send_notification_mail(*args, **kwargs)
        except UserError:
            log.warning("A notice was not sent: %s", args[0])

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        if template_prefix in BY_STRANGERS and not self._may_write(email):
            log.warning("An address has had its letters for now: %s", template_prefix)
            return
        try:
            super().send_mail(template_prefix, email, context | _addresses(template_prefix))
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

    def _may_write(self, email: str) -> bool:
        """The page says the same when not, or it would tell what the address has."""
        return bool(
            ratelimit.consume(
                self.request,
                app="allauth.account",
                action="letters",
                key=f"letters-{email.lower()}",
                limit_get=True,
            )
        )

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """Save a new person; of two sign-ups at once with one name, the later gets a sentence."""
        try:
            with transaction.atomic():
                if settings.INVITE_ONLY:
                    InviteCode.objects.use(form.cleaned_data["invite_code"])
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


def _addresses(template_prefix: str) -> dict[str, str]:
    """Of this site as it calls itself: a request may name another."""
    known = {"site": settings.SITE_URL}
    if template_prefix.endswith(("/account_already_exists", "/unknown_account")):
        known["signup_url"] = settings.SITE_URL + reverse("account_signup")
        known["password_reset_url"] = settings.SITE_URL + reverse("account_reset_password")
    return known
