"""The channel "webhook": calls an address of a person's own, signed, through the one gate outside.

Signed as Stripe and others do: `Pixazo-Signature: t=<seconds>,v1=<hex HMAC-SHA256>` over
"<t>.<body>" with the secret, so that whoever receives it refuses what is old, or was changed.
"""

import hashlib
import hmac
import json
import time
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import Delivery, Notice, Webhook
from accounts.telling.channels import Channel, Later, Needless, Never, register
from accounts.telling.delivering import deliver
from pixazo import outgoing
from pixazo.errors import UserError
from pixazo.rationing import takes_place

SECONDS = 10.0
ANSWER_BYTES = 64 * 1024
SHOWN = 10  # last calls on the page
TESTS, HOUR = 20, 3600
OFF = gettext_noop("Your webhook was switched off: its address did not answer for long.")
# Shown on the page of choices, in its reader's language.
RECEIVED = gettext_noop("Received.")
ANSWERED = gettext_noop("It answered with %(status)s.")
# Of a notice that is for trying only.
TEST = "test"
GONE = 410  # says itself that it wants no more


def send(row: Delivery) -> str:
    hook = Webhook.of(row.user)
    if hook is None or row.user is None or not row.user.is_active:
        raise Needless("There is no address any more.")
    if not (hook.is_active and hook.url):
        raise Needless("The address is switched off.")
    body = json.dumps({"id": str(row.pk), **_told(row.payload)}, ensure_ascii=False).encode()
    try:
        answer = outgoing.post(
            hook.url,
            body,
            headers=signed(hook.secret, body, str(row.pk)),
            limit_bytes=ANSWER_BYTES,
            seconds=SECONDS,
            inside=settings.WEBHOOK_HOSTS,
        )
    except outgoing.TooLarge:  # it was received, and what it says is nothing to us
        hook.succeeded()
        return RECEIVED
    except outgoing.Refused as error:
        _count(hook, row)
        raise Later(error.sentence) from error
    if 200 <= answer.status < 300:
        hook.succeeded()
        return RECEIVED
    _count(hook, row)
    said = ANSWERED % {"status": answer.status}
    raise Never(said) if answer.status == GONE else Later(said)


def signed(secret: str, body: bytes, pk: str, at: int | None = None) -> dict[str, str]:
    moment = int(time.time()) if at is None else at
    text = f"{moment}.".encode() + body
    digest = hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()
    return {
        "Content-Type": "application/json",
        "Pixazo-Signature": f"t={moment},v1={digest}",
        "Pixazo-Delivery": pk,
    }


def try_now(user: Any) -> Delivery:
    """A call that says nothing: the row, with what came of it. Not tried again behind one's back.
    Raises `UserError` where that was often."""
    if not takes_place(f"webhook-test:{user.pk}", TESTS, HOUR):
        sentence = _("That was often in an hour. Try again a little later.")
        raise UserError(sentence, code="too_often", status=429)
    row = put_test(user)
    deliver(row.pk)
    waits = Delivery.objects.filter(pk=row.pk, state=Delivery.State.WAITING)
    waits.update(state=Delivery.State.FAILED)
    row.refresh_from_db()
    return row


def put_test(user: Any) -> Delivery:
    payload = {"kind": TEST, "text": "This is a test.", "link": reverse("notifications")}
    key = f"webhook:{uuid4()}"
    Delivery.objects.put(key, "webhook", payload, user=user, kind=TEST)
    return Delivery.objects.get(key=key)


def _told(payload: dict[str, Any]) -> dict[str, Any]:
    return payload | {"link": settings.SITE_URL + payload.get("link", "")}


def _count(hook: Webhook, row: Delivery) -> None:
    """A test says nothing of how it is otherwise."""
    if row.kind != TEST and hook.failed():
        known: dict[str, Any] = {"sender": None, "subject": hook.pk, "kind": "webhook"}
        Notice.objects.tell(hook.user, OFF, reverse("notifications"), **known)


register(Channel("webhook", send))
