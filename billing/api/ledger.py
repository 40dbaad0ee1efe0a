"""`GET /api/ledger`: what a person has left, and what happened to their units."""

from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from rest_framework.response import Response

from billing.day import reset_at
from billing.models import Account, LedgerEntry
from billing.receipts import PAGE, Asked, Receipt, cursor_of, day_of, kind_of, page
from pixazo.api import Door, DoorRequest, address
from pixazo.errors import UserError
from pixazo.scopes import READ

MOST_AT_ONCE = 200


class Ledger(Door):
    """Newest first; `?kind=`, `?day=` (UTC), `?limit=`, `?before=` the id of a line."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        account = Account.objects.of(request.user)
        receipts, before = page(account, request.user, _asked(request), _limit(request))
        more = None
        if before is not None:
            query = request.query_params.dict() | {"before": str(before)}
            more = f"{address(request, 'api_ledger')}?{urlencode(query)}"
        return Response(
            {
                "plan": account.plan.name,
                "units": {
                    "left": account.left,
                    "left_today": account.left_today,
                    "daily": account.daily_units,
                    "extra": account.extra,
                    "renewed": reset_at(),
                },
                "entries": [_answer(request, receipt) for receipt in receipts],
                "next": more,
            }
        )


def _answer(request: DoorRequest, receipt: Receipt) -> dict[str, Any]:
    entry, thing = receipt.entry, receipt.thing
    return {
        "id": entry.pk,
        "created": entry.created,
        "kind": entry.kind,
        "units": entry.units,
        "change": entry.change,
        "why": entry.why,
        "job_id": str(entry.hold.reference) if entry.hold else None,
        "image_id": str(thing.image) if thing and thing.image else None,
        "prompt": thing.title if thing else None,
        "url": request.build_absolute_uri(thing.link) if thing and thing.link else None,
    }


def _asked(request: DoorRequest) -> Asked:
    sent = request.query_params
    kind = kind_of(sent.get("kind", ""))
    if kind is None:
        kinds = ", ".join(LedgerEntry.Kind.values)
        raise _wrong("kind", _("`kind` is one of %(kinds)s.") % {"kinds": kinds})
    day = day_of(text) if (text := sent.get("day", "")) else None
    if text and day is None:
        raise _wrong("day", _("`day` is a date as 2026-11-29."))
    before = cursor_of(text) if (text := sent.get("before", "")) else None
    if text and before is None:
        raise _wrong("before", _("`before` is the id of a line."))
    return Asked(kind, day, before)


def _limit(request: DoorRequest) -> int:
    text = request.query_params.get("limit", str(PAGE))
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_AT_ONCE):
        sentence = _("`limit` is a number from 1 to %(most)s.") % {"most": MOST_AT_ONCE}
        raise _wrong("limit", sentence)
    return int(text)


def _wrong(field: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={field: [sentence]})
