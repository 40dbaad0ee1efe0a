"""For somebody who has lost phone, passkeys and recovery codes: takes their second factors away."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import Preference, User
from accounts.sessions import end_sessions, open_sessions
from accounts.tasks import ring_after_commit
from accounts.telling import letters
from pixazo.ids import uuid7


class Command(BaseCommand):
    help = (
        "Takes away the second factors of somebody who can no longer show them, and ends their"
        " sessions. Make sure first, by another way than e-mail, that it is them who asks."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username__iexact=options["name"]).first()
        if user is None:
            raise CommandError("Nobody is called that.")
        many, _kinds = Authenticator.objects.filter(user=user).delete()
        if not many:
            raise CommandError("They have no second factor.")
        ended = end_sessions(user, open_sessions(user))
        with override(Preference.objects.of(user).get("language") or settings.LANGUAGE_CODE):
            row = letters.put(
                f"mail:factors:{uuid7()}",
                user.email,
                _("Your second factors were taken away"),
                _(
                    "Whoever runs the site took the second factors of your account away, because"
                    " somebody said that you had lost them. Was it not you? Write to them at once."
                ),
                {},
                user=user,
            )
        ring_after_commit(row)
        self.stdout.write(f"Taken away: {many}. Sessions ended: {ended}. They are told by mail.")
