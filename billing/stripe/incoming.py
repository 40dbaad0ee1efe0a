"""Decides whether what came to the webhook is an event of Stripe's for us, and keeps it once.

Nothing is written of what is forged, old, of the other mode (live or test), or in a version of the
API that the installed library does not speak.
"""

import json
import re
import time
from typing import Any

from django.conf import settings
from django.utils.timezone import now

from billing.models import StripeEvent
from billing.stripe.client import api_version
from billing.stripe.events import KINDS
from billing.stripe.reading import field, id_of, moment
from pixazo.errors import UserError

MOST_BYTES = 512 * 1024
TOLERANCE = 300  # seconds between Stripe's clock and ours, either way
# What the library reads as the time is the first that the header has.
STAMP = re.compile(r"(?:^|,)\s*t=(\d{1,12})(?:,|$)")


class WrongWebhook(UserError):
    """For Stripe's log, which the operator reads: so in English."""

    code = "webhook_refused"


def keep(body: bytes, signature: str) -> StripeEvent | None:
    """The event's row; None for kinds that change nothing here. Raises `WrongWebhook`."""
    _check_signature(body, signature)
    event = _read(body)
    if bool(event.get("livemode")) != settings.STRIPE_LIVE:
        mode = "live" if event.get("livemode") else "test"
        raise WrongWebhook(f"An event of {mode} mode, which this site's key is not for.")
    _check_version(str(event.get("api_version") or ""))
    if event["type"] not in KINDS:
        return None
    return keep_once(event, was_missed=False)


def keep_once(event: Any, *, was_missed: bool) -> StripeEvent | None:
    """Of an event as a dict or as the library has it. None if it was here before and is done."""
    about = event["data"]["object"]
    customer = field(about, "customer") or (about["id"] if about["object"] == "customer" else None)
    row, is_new = StripeEvent.objects.get_or_create(
        pk=event["id"],
        defaults={
            "kind": event["type"],
            "object_id": about["id"],
            "customer_id": id_of(customer),
            "api_version": field(event, "api_version") or "",
            "happened": moment(event["created"]) or now(),
            "was_missed": was_missed,
        },
    )
    return row if is_new or row.state == StripeEvent.State.WAITING else None


def _check_signature(body: bytes, signature: str) -> None:
    from stripe import SignatureVerificationError, WebhookSignature

    for secret in settings.STRIPE_WEBHOOK_SECRETS:
        try:
            WebhookSignature.verify_header(body, signature, secret, TOLERANCE)
        except (SignatureVerificationError, ValueError):  # bytes that are no text among them
            continue
        stamp = STAMP.search(signature)
        if stamp and int(stamp[1]) <= time.time() + TOLERANCE:
            return
    raise WrongWebhook("The signature is wrong, or older than five minutes.")


def _read(body: bytes) -> Any:
    try:
        event = json.loads(body)
        if event["object"] == "event" and str(event["id"]).startswith("evt_"):
            str(event["type"]), int(event["created"]), str(event["data"]["object"]["id"])
            return event
    except (ValueError, KeyError, TypeError):
        pass
    raise WrongWebhook("This is no event of the API's first version.")


def _check_version(version: str) -> None:
    """Versions of one release, which has a name, go together: 2026-09-30.endive and later."""
    ours = api_version()
    if version.partition(".")[2] != ours.partition(".")[2] or not version.partition(".")[2]:
        raise WrongWebhook(
            f"The event is in version {version or 'unknown'} of the API, and this site reads"
            f" {ours}: set the webhook endpoint to that version."
        )
