from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    verbose_name = "People"

    def ready(self) -> None:
        from accounts.desk import leaving  # noqa: F401  listens to deletions
        from accounts.telling import letters  # noqa: F401  registers itself
