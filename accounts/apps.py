from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts import (  # noqa: F401  hear of sign-ins and new passwords
            auditing,
            sessions,
            social,
        )
        from accounts.belongings import register
        from accounts.desk import leaving  # noqa: F401  listens to deletions
        from accounts.desk.own import Requests
        from accounts.factors import kept_secrets, renew_secrets
        from accounts.own import Profile
        from accounts.telling import letters, reaching, webhooks  # noqa: F401  register themselves
        from pixazo import rotation

        register(Profile())
        register(Requests())
        rotation.register(rotation.Place("mfa.Authenticator.data", kept_secrets, renew_secrets))
        from pixazo.watching import rooms

        rooms.register("outbox", "accounts.figures.collect")
