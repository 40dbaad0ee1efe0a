from django.apps import AppConfig


class BillingConfig(AppConfig):
    name = "billing"
    verbose_name = "Billing"

    def ready(self) -> None:
        from accounts.belongings import register
        from billing import checks, coming_back, renewal  # noqa: F401  they register themselves
        from billing.own import Ledger, Purchases
        from billing.stripe import addresses, forgetting  # noqa: F401  listen from now on

        renewal.connect()
        register(Ledger())
        register(Purchases())
        from pixazo.watching import rooms

        rooms.register("units", "billing.figures.collect")
