"""The one gate to Stripe's API. The library is imported when somebody comes to it, not before."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from typing import Any

from django.conf import settings

from billing.stripe.errors import Away, BillingOff, CardRefused, Missing, Refused

log = logging.getLogger(__name__)


@contextmanager
def stripe_api() -> Iterator[Any]:
    """`with stripe_api() as v1: v1.customers.create(...)`. Raises the errors of `errors.py`."""
    if not settings.STRIPE_SECRET_KEY:
        raise BillingOff
    v1 = _v1(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)
    import stripe

    try:
        yield v1
    except stripe.CardError as error:
        raise CardRefused(error.user_message or str(error)) from error
    except (stripe.APIConnectionError, stripe.RateLimitError) as error:
        log.warning("Stripe could not be asked: %s", error)
        raise Away from error
    except stripe.InvalidRequestError as error:
        if error.code == "resource_missing":
            raise Missing(str(error.param or "")) from error
        log.exception("Stripe refused a request.")
        raise Refused(str(error)) from error
    except stripe.IdempotencyError as error:
        if error.http_status == 409:  # the same request is being answered to somebody else
            raise Away from error
        log.exception("Stripe refused a request.")
        raise Refused(str(error)) from error
    except (stripe.AuthenticationError, stripe.PermissionError) as error:
        log.exception("Stripe refused a request.")
        raise Refused(str(error)) from error
    except stripe.StripeError as error:  # its own 5xx, and answers that are no JSON
        log.warning("Stripe answered with an error: %s", error)
        raise Away from error


@lru_cache(4)
def _v1(key: str, base: str) -> Any:
    """Everything else that the client has is deprecated, so nobody gets at it."""
    import stripe

    from billing.stripe.transport import Transport

    stripe.enable_telemetry = False
    client = stripe.StripeClient(
        key,
        base_addresses={"api": base} if base else {},
        http_client=Transport(),
        max_network_retries=1,
    )
    return client.v1


def api_version() -> str:
    """The version of the API that the installed library speaks, such as 2026-10-28.endive."""
    import stripe

    return str(stripe.api_version)
