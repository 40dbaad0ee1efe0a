from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        from billing import checks, renewal  # noqa: F401  checks register themselves
        from billing.stripe import forgetting  # noqa: F401  listens from now on

        renewal.connect()
        from accounts.belongings import register
        from billing.own import Ledger

        register(Ledger())
