"""For somebody who has lost phone, passkeys and recovery codes: takes their second factors away."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core.mail import send_mail
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.sessions import end_sessions, open_sessions


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
        send_mail(
            _("Your second factors were taken away"),
            _(
                "Whoever runs the site took the second factors of your account away, because"
                " somebody said that you had lost them. Was it not you? Write to them at once."
            ),
            settings.DEFAULT_FROM_EMAIL,
            [user.email],
        )
        self.stdout.write(f"Taken away: {many}. Sessions ended: {ended}. They were told by mail.")
