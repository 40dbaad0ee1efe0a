"""What this room keeps of a person: themselves, their keys, addresses, preferences and notices."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.belongings import Belongings, Hindrance, facts
from accounts.departing import end_sessions


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
        key_names = ("name", "prefix", "scopes", "created", "expires", "last_used", "revoked")
        for key in person.api_keys.all():
            yield {"what": "key"} | facts(key, *key_names)
        for notice in person.notices.all():
            yield {"what": "notice"} | facts(notice, "text", "link", "created", "seen")

    def remove(self, person: Any) -> None:
        end_sessions(person)
