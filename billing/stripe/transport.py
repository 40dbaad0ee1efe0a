"""Lets Stripe's library speak through our own door to the outside: checked addresses, one deadline
for the whole answer, no proxies of the environment. Imports stripe, so only `client.py` does it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import stripe
from django.conf import settings

from pixazo import outgoing

SECONDS = 20.0
LIMIT_BYTES = 8 * 2**20
# Made anew for the body as we send it.
LEFT_OUT = {"content-type", "content-length"}


class Transport(stripe.HTTPClient):
    name = "pixazo"

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        post_data: Any = None,
        *,
        _usage: list[str] | None = None,
    ) -> tuple[str, int, Mapping[str, str]]:
        kept = {
            name: text for name, text in (headers or {}).items() if name.lower() not in LEFT_OUT
        }
        form = dict(parse_qsl(post_data, keep_blank_values=True)) if post_data else None
        try:
            answer = outgoing.call(
                method.upper(),
                url,
                headers=kept,
                form=form,
                limit_bytes=LIMIT_BYTES,
                seconds=SECONDS,
                inside=inside(),
            )
        except outgoing.Refused as error:
            # Safe to ask again: each POST has its idempotency key.
            raise stripe.APIConnectionError(  # type: ignore[no-untyped-call]
                error.sentence, should_retry=True
            ) from error
        return answer.content.decode(errors="replace"), answer.status, answer.headers

    def close(self) -> None:
        """Each call has a connection of its own."""


def inside() -> list[str]:
    """The stand-in for Stripe need not be at a public address."""
    base = urlsplit(settings.STRIPE_API_BASE)
    if not base.hostname:
        return []
    host = f"[{base.hostname}]" if ":" in base.hostname else base.hostname
    return [f"{host}:{base.port or (443 if base.scheme == 'https' else 80)}"]
