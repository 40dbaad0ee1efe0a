"""Other sites' accounts as a way in: those that the settings name, and no others."""

from typing import Any

from allauth.account.signals import password_reset
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, _build_apps_from_settings
from allauth.socialaccount.models import SocialAccount
from django.dispatch import receiver
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.names import SAFE, is_reserved, name_from


class SocialAdapter(DefaultSocialAccountAdapter):
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "no_password": gettext_lazy("Set a password first, or you could not get in any more."),
        "no_verified_email": gettext_lazy("Confirm an e-mail address first."),
        "connected_other": gettext_lazy("This belongs to another account here."),
        "invalid_token": gettext_lazy("The other site's answer could not be read."),
    }

    def list_apps(
        self, request: HttpRequest | None, provider: Any = None, client_id: Any = None
    ) -> list[Any]:
        """Asks no table, which django-allauth would for each sign-in page."""
        found = _build_apps_from_settings(provider=provider, client_id=client_id)
        return [app for apps in found.values() for app in apps]

    def get_app(self, request: HttpRequest | None, provider: Any, client_id: Any = None) -> Any:
        apps = self.list_apps(request, provider, client_id)
        if not apps:
            raise Http404
        return apps[0]

    def get_signup_form_initial_data(self, sociallogin: Any) -> dict[str, Any]:
        """Their name over there, where it will do here."""
        found: dict[str, Any] = super().get_signup_form_initial_data(sociallogin)
        name = found["username"]
        if not SAFE.fullmatch(name) or is_reserved(name):
            found["username"] = name_from(found["email"]) if found["email"] else ""
        return found


@receiver(password_reset)
def _let_go(user: User, **kwargs: Any) -> None:
    """Of an account in which nobody has been yet: whoever began it had typed an address that turns
    out to be somebody else's, and would come in with them."""
    if user.last_login is None:
        SocialAccount.objects.filter(user=user).delete()
