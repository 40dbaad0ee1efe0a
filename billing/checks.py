"""Half a configuration of payments is worse than none: money would come, and nobody would hear."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Doubt

from pixazo.checks import is_loopback

KEYS = ("sk_test_", "sk_live_", "rk_test_", "rk_live_")


@register()
def payments_are_set_up_whole(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    key, secrets = settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS
    problems: list[CheckMessage] = []
    if bool(key) != bool(secrets):
        missing = "STRIPE_WEBHOOK_SECRET" if key else "STRIPE_SECRET_KEY"
        problems.append(
            Error(
                f"Payments are set up by half: {missing} is not set.",
                hint="Set both, or neither (docs/payments.md).",
                id="billing.E001",
            )
        )
    if key and not key.startswith(KEYS):
        problems.append(
            Error(
                "STRIPE_SECRET_KEY is no secret key of Stripe's.",
                hint="It begins with sk_test_, sk_live_, rk_test_ or rk_live_.",
                id="billing.E002",
            )
        )
    if any(not each.startswith("whsec_") for each in secrets):
        problems.append(
            Error(
                "STRIPE_WEBHOOK_SECRET holds something that is no secret of a webhook.",
                hint="Each begins with whsec_; with a comma between where there are several.",
                id="billing.E003",
            )
        )
    return [*problems, *_of_the_server(), *_of_prices()]


def _of_the_server() -> list[CheckMessage]:
    base = settings.STRIPE_API_BASE
    if not base:
        return _of_the_site()
    parts = urlsplit(base)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        return [
            Error(
                f"STRIPE_API_BASE is {base!r}, which is no address of a server.",
                hint="Such as http://127.0.0.1:8020 with nothing behind it; or leave it empty.",
                id="billing.E004",
            )
        ]
    if settings.STRIPE_LIVE:
        return [
            Error(
                "STRIPE_API_BASE would hand a live key of Stripe's to another server.",
                hint="Leave it empty, or use a key that begins with sk_test_.",
                id="billing.E005",
            )
        ]
    return []


def _of_the_site() -> list[CheckMessage]:
    if not settings.STRIPE_SECRET_KEY:
        return []
    if is_loopback(urlsplit(settings.SITE_URL).hostname or ""):
        return [
            Doubt(
                "Stripe can't reach this site: PIXAZO_URL is an address of this machine.",
                hint="Set PIXAZO_URL to the public address, or forward webhooks with Stripe's CLI.",
                id="billing.W001",
            )
        ]
    return []


def _of_prices() -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if not (settings.STRIPE_CURRENCY.isalpha() and len(settings.STRIPE_CURRENCY) == 3):
        problems.append(
            Error(
                f"STRIPE_CURRENCY is {settings.STRIPE_CURRENCY!r}.",
                hint="Three letters, such as eur or usd.",
                id="billing.E006",
            )
        )
    if settings.STRIPE_TAX_BEHAVIOR not in {"exclusive", "inclusive"}:
        problems.append(
            Error(
                f"STRIPE_TAX_BEHAVIOR is {settings.STRIPE_TAX_BEHAVIOR!r}.",
                hint="Use exclusive or inclusive.",
                id="billing.E007",
            )
        )
    if settings.GRACE_DAYS < 0:
        problems.append(
            Error(
                f"PIXAZO_GRACE_DAYS is {settings.GRACE_DAYS}.",
                hint="Use 0 or more days.",
                id="billing.E008",
            )
        )
    return problems
