"""Where a code of an app, or a recovery code, is looked at: each counts once, and guesses are
counted for the account whatever succeeds meanwhile. And what a browser says of a passkey."""

from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter as account_adapter
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.internal.flows.add import validate_can_add_authenticator
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    AuthenticateWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from cryptography.exceptions import InvalidSignature
from django.core.cache import cache

from pixazo.security_log import note


class _Counted:
    """For `clean_code`: a good code takes back its own attempt, and no other."""

    user: Any
    cleaned_data: dict[str, Any]
    authenticator: Authenticator

    def clean_code(self) -> str:
        attempt = ratelimit.consume(
            context.request,
            app="allauth.account",
            action="second_factor",
            key=f"second-factor-{self.user.pk}",
        )
        if not attempt:
            note(context.request, "code refused")
            raise account_adapter().validation_error("too_many_login_attempts")
        code: str = self.cleaned_data["code"]
        if not self.is_right(code):
            note(context.request, "code refused")
            raise get_adapter().validation_error("incorrect_code")
        attempt.rollback()
        return code

    def is_right(self, code: str) -> bool:
        types = [Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES]
        for each in Authenticator.objects.filter(user=self.user, type__in=types).order_by("-type"):
            if each.wrap().validate_code(code) and _is_fresh(each, code):
                each.user = self.user
                self.authenticator = each
                return True
        return False


class CodeForm(_Counted, AuthenticateForm):
    """At sign-in."""


class CodeAgainForm(_Counted, ReauthenticateForm):
    """Before something that matters."""


class AppForm(_Counted, ActivateTOTPForm):
    """When an app is set up: its first code."""

    def clean_code(self) -> str:
        validate_can_add_authenticator(self.user)
        return super().clean_code()

    def is_right(self, code: str) -> bool:
        return bool(validate_totp_code(self.secret, code))


def _is_fresh(authenticator: Authenticator, code: str) -> bool:
    """False if this code of an app was used before.

    django-allauth remembers that for one step; with a clock's tolerance a code lives for three.
    """
    if authenticator.type != Authenticator.Type.TOTP:
        return True
    steps = 2 * app_settings.TOTP_TOLERANCE + 1
    digits = "".join(filter(str.isdigit, code))
    return cache.add(f"code-used:{authenticator.pk}:{digits}", 1, app_settings.TOTP_PERIOD * steps)


class _Read:
    """What is no credential at all is a wrong one: their readers stumble over each missing part."""

    def clean_credential(self) -> Any:
        return _or_refuse(super().clean_credential)  # type: ignore[misc]


class PasskeyStep(_Read, AuthenticateWebAuthnForm):
    """After the password."""


class PasskeySignIn(_Read, LoginWebAuthnForm):
    """In place of name and password."""


class PasskeyAgain(_Read, ReauthenticateWebAuthnForm):
    """Before something that matters."""


class NewPasskey(AddWebAuthnForm):
    def clean(self) -> Any:
        return _or_refuse(super().clean)


def _or_refuse(read: Callable[[], Any]) -> Any:
    try:
        return read()
    except (AttributeError, InvalidSignature, LookupError, TypeError, ValueError) as error:
        raise get_adapter().validation_error("incorrect_code") from error
