from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts import sessions  # noqa: F401  hears of sign-ins and new passwords
        from accounts.belongings import register
        from accounts.own import Profile

        register(Profile())
