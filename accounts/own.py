"""What this room keeps of a person: themselves, their keys, addresses, preferences and notices."""

from collections.abc import Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.belongings import Belongings, Hindrance, facts
from accounts.departing import end_sessions
from accounts.models import Webhook
from accounts.sessions import open_sessions


class Profile(Belongings):
    name, rank = "profile", 0

    def hindrances(self, person: Any) -> Iterator[Hindrance]:
        link = reverse("profile")
        if settings.SOLO:
            yield Hindrance(_("This site has one person only: delete the site instead."), link)
        elif person.is_staff:
            # What staff did stays on record, and the site should not lose its last one by a click.
            sentence = _(
                "You are staff here. Somebody else of the staff takes that from you first."
            )
            yield Hindrance(sentence, link)

    def close(self, person: Any) -> None:
        for key in person.api_keys.filter(revoked=None):
            key.revoke()

    def rows(self, person: Any) -> Iterator[dict[str, Any]]:
        names = ("username", "email", "first_name", "last_name", "date_joined", "last_login")
        yield {"what": "profile"} | facts(person, *names)
        for address in person.emailaddress_set.all():
            yield {"what": "address"} | facts(address, "email", "verified", "primary")
        for choice in person.preferences.order_by("key"):
            yield {"what": "preference"} | facts(choice, "key", "value")
        key_names = (
            "name",
            "prefix",
            "scopes",
            "daily_cap",
            "created",
            "expires",
            "last_used",
            "revoked",
        )
        for key in person.api_keys.all():
            yield {"what": "key"} | facts(key, *key_names)
        for notice in person.notices.all():
            yield {"what": "notice"} | facts(notice, "text", "link", "created", "seen")
        for act in person.staff_acts_on.all():
            yield {"what": "act of staff"} | facts(act, "said", "reason", "about", "created")
        for view in person.page_views.order_by("at"):
            yield {"what": "page opened"} | facts(view, "page", "at")
        for webhook in Webhook.objects.filter(user=person):
            yield {"what": "address that is called"} | facts(webhook, "url", "created", "is_active")
        yield from _ways_in(person)

    def remove(self, person: Any) -> None:
        end_sessions(person)


def _ways_in(person: Any) -> Iterator[dict[str, Any]]:
    """What a secret is made of stays here."""
    for row in SocialAccount.objects.filter(user=person):
        yield {"what": "account elsewhere"} | facts(
            row, "provider", "uid", "extra_data", "date_joined", "last_login"
        )
    for factor in Authenticator.objects.filter(user=person):
        yield {"what": "factor"} | facts(factor, "type", "created_at", "last_used_at")
    for session in open_sessions(person):
        yield {"what": "sign-in"} | facts(session, "ip", "user_agent", "created_at", "last_seen_at")
