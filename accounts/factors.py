"""How second factors are kept and called: their secrets encrypted, the site by its own name."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from pixazo.checks import is_loopback
from pixazo.encrypted import EncryptedTextField
from pixazo.errors import UserError

_KEPT = EncryptedTextField()
ENCRYPTED = {"secret", "seed", "migrated_codes"}  # of what django-allauth keeps of a factor


class FactorsAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": gettext_lazy("This code is wrong, or was used before."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Recovery codes stand in for an app or a passkey: set one of them up first."
        ),
    }

    def encrypt(self, text: str) -> str:
        return str(_KEPT.get_prep_value(text))

    def decrypt(self, encrypted_text: str) -> str:
        """Refuses what another secret key encrypted: codes of an empty secret can be computed."""
        text = _KEPT.from_db_value(encrypted_text, None, None)
        if not text:
            raise UserError(
                _("Your second factor can't be read at present. Whoever runs this site can help."),
                code="factor",
                status=503,
            )
        return str(text)

    def get_totp_issuer(self) -> str:
        """As it stands in the app, among those of other sites."""
        host = urlsplit(settings.SITE_URL).hostname or ""
        return "Pixazo" if is_loopback(host) else f"Pixazo ({host})"

    def _get_site_name(self) -> str:
        return "Pixazo"

    def generate_authenticator_name(self, user: Any, type: str) -> str:
        many = Authenticator.objects.filter(user_id=user.pk, type=type).count()
        return _("Passkey %(number)s") % {"number": many + 1}


@transaction.atomic
def renew_secrets(renew: Callable[[str], str]) -> None:
    """Under the newest key (`manage.py rotate_keys`)."""
    for row in Authenticator.objects.select_for_update().exclude(type="webauthn"):
        for name in ENCRYPTED & row.data.keys():
            kept = row.data[name]
            is_one = isinstance(kept, str)
            row.data[name] = renew(kept) if is_one else [renew(each) for each in kept]
        row.save(update_fields=["data"])


def kept_secrets() -> Iterator[str]:
    """As the database holds them."""
    for data in Authenticator.objects.exclude(type="webauthn").values_list("data", flat=True):
        for name in ENCRYPTED & data.keys():
            kept = data[name]
            yield from [kept] if isinstance(kept, str) else kept


def has_factor(user: User) -> bool:
    """Whether signing in takes more than a password."""
    return Authenticator.objects.filter(
        user=user, type__in=[Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
    ).exists()
