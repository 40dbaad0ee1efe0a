"""`/api/v1/webhook`: the address of a person's own that is called when something happens, for
programs; the page is `/account/notifications/` (docs/notices.md)."""

from typing import Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from accounts.models import Delivery, Preference, Webhook
from accounts.models.webhook import LONGEST
from accounts.telling import webhooks
from accounts.telling.kinds import KINDS, key_of
from pixazo import outgoing, paging
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import MANAGE, READ
from pixazo.texts.kept import shown

EVENTS = tuple(kind.name for kind in KINDS if "webhook" in kind.channels)
USUAL, MOST = 20, 100


class OneWebhook(Door):
    """`url`, and which `events` it hears of. The secret is said where it is made, and renewed."""

    scopes = {"GET": READ, "PUT": MANAGE, "DELETE": MANAGE}

    def get(self, request: DoorRequest) -> Response:
        return Response(_answer(_hook(request)))

    def put(self, request: DoorRequest) -> Response:
        """Keeps it, switched on. Without `events` those that were chosen stay."""
        if unknown := set(request.data) - {"url", "events"}:
            sentence = _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)[:40]!r}"}
            raise UserError(sentence, code="invalid")
        url, events = _url(request), _events(request)
        hook = Webhook.set_to(request.user, url)
        if events is not None:
            chosen = {key_of("webhook", each): each in events for each in EVENTS}
            Preference.objects.remember(request.user, chosen)
        return Response(_answer(hook) | {"secret": hook.secret})

    def delete(self, request: DoorRequest) -> Response:
        _hook(request).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)


class Secret(Door):
    """Another one, at once."""

    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest) -> Response:
        hook = _hook(request)
        hook.renew_secret()
        return Response({"secret": hook.secret})


class Test(Door):
    """Calls it now, and says what came of it; tried once."""

    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest) -> Response:
        _hook(request)
        row = webhooks.try_now(request.user)
        return Response(_delivery(row))


class Deliveries(Door):
    """The last calls, newest first, with what came of each."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        rows = Delivery.objects.filter(user=request.user, channel="webhook")
        shown, more = paging.page(request, rows, ("-id",), USUAL, MOST)
        return Response({"deliveries": [_delivery(row) for row in shown], "next": more})


def _hook(request: DoorRequest) -> Webhook:
    hook: Webhook = get_object_or_404(Webhook, user=request.user)
    return hook


def _answer(hook: Webhook) -> dict[str, Any]:
    chosen = Preference.objects.of(hook.user)
    return {
        "url": hook.url,
        "events": [each for each in EVENTS if chosen[key_of("webhook", each)]],
        "possible_events": list(EVENTS),
        "active": hook.is_active,
        "failures": hook.failures,
        "failing_since": hook.failing_since,
    }


def _delivery(row: Delivery) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "event": row.kind,
        "state": row.state,
        "attempts": row.attempts,
        "said": shown(row.said) or None,
        "created": row.created,
        "ended": row.ended,
        "next_attempt": row.due if row.state == Delivery.State.WAITING else None,
    }


def _url(request: DoorRequest) -> str:
    url = request.data.get("url")
    if not isinstance(url, str) or not 0 < len(url) <= LONGEST:
        raise _wrong("url", _("`url` is an address that begins with https://."))
    try:
        outgoing.check(url, settings.WEBHOOK_HOSTS)
    except UserError as error:
        raise _wrong("url", error.sentence) from None
    return url


def _events(request: DoorRequest) -> list[str] | None:
    events = request.data.get("events")
    if events is None:
        return None
    if not isinstance(events, list) or any(each not in EVENTS for each in events):
        known = ", ".join(EVENTS)
        raise _wrong("events", _("`events` is a list of these: %(known)s.") % {"known": known})
    return events


def _wrong(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})
