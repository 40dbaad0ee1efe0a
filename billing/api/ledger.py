"""`GET /api/ledger`: what a person has left, and what happened to their units."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.response import Response

from billing.day import reset_at
from billing.models import Account, LedgerEntry
from billing.receipts import PAGE, Asked, Receipt, cursor_of, day_of, kind_of, page
from pixazo.api import Door, DoorRequest
from pixazo.paging import CURSOR, following, limit_of, wrong, wrong_cursor
from pixazo.problems import is_v1
from pixazo.scopes import READ


class Ledger(Door):
    """Newest first; `?kind=`, `?day=` (UTC), `?limit=`, `?before=` the id of a line."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        account = Account.objects.of(request.user)
        receipts, before = page(account, request.user, _asked(request), limit_of(request, PAGE))
        more = None
        if before is not None:
            more = following(request, str(before), CURSOR if is_v1(request) else "before")
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
        raise wrong("kind", _("`kind` is one of %(kinds)s.") % {"kinds": kinds})
    day = day_of(text) if (text := sent.get("day", "")) else None
    if text and day is None:
        raise wrong("day", _("`day` is a date as 2026-11-29."))
    name = CURSOR if CURSOR in sent else "before"
    before = cursor_of(text) if (text := sent.get(name, "")) else None
    if text and before is None:
        if name == CURSOR:
            raise wrong_cursor()
        raise wrong("before", _("`before` is the id of a line."))
    return Asked(kind, day, before)
