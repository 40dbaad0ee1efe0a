"""All that ever happened to a person's units: a page, and a table to take along."""

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from billing.models import Account, LedgerEntry
from billing.receipts import Asked, Receipt, cursor_of, day_of, everything, kind_of, page
from pixazo.streaming import sent
from pixazo.texts.formulas import harmless

COLUMNS = ("time_utc", "kind", "change", "units", "why", "job", "picture", "prompt")


@require_safe
@login_required
def ledger(request: HttpRequest) -> HttpResponse:
    """`?kind=`, `?day=` (UTC) and `?before=` (a line); what is none of these is left out."""
    account, asked = _account(request), _asked(request)
    receipts, before = page(account, request.user, asked)
    query = _query(asked)
    context = {
        "receipts": receipts,
        "kinds": _kinds(),
        "kind": asked.kind,
        "day": asked.day,
        "is_later": asked.before is not None,
        "filtered": urlencode(query),
        "older": before and urlencode(query | {"before": str(before)}),
    }
    return render(request, "billing/ledger.html", context)


@require_safe
@login_required
def as_csv(request: HttpRequest) -> StreamingHttpResponse:
    account, asked = _account(request), _asked(request)
    lines = _lines(request, everything(account, request.user, asked))
    response = StreamingHttpResponse(sent(request, lines), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="units.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


def _kinds() -> list[tuple[str, str]]:
    """What may be looked for: units that were bought are given by the same kind of line."""
    named = {LedgerEntry.Kind.GRANT: _("Given or bought")}
    return [(kind.value, named.get(kind, str(kind.label))) for kind in LedgerEntry.Kind]


def _account(request: HttpRequest) -> Account:
    user: Any = request.user
    return Account.objects.of(user)


def _asked(request: HttpRequest) -> Asked:
    sent = request.GET
    kind, day = kind_of(sent.get("kind", "")), day_of(sent.get("day", ""))
    return Asked(kind or "", day, cursor_of(sent.get("before", "")))


def _query(asked: Asked) -> dict[str, str]:
    day = {"day": asked.day.isoformat()} if asked.day else {}
    return ({"kind": asked.kind} if asked.kind else {}) | day


def _lines(request: HttpRequest, receipts: Iterator[Receipt]) -> Iterator[bytes]:
    yield _line(COLUMNS)
    for receipt in receipts:
        entry, thing = receipt.entry, receipt.thing
        yield _line(
            (
                entry.created.isoformat(timespec="seconds"),
                entry.kind,
                entry.change,
                entry.units,
                harmless(entry.why),
                str(entry.hold.reference) if entry.hold else "",
                request.build_absolute_uri(thing.link) if thing and thing.link else "",
                harmless(thing.title) if thing else "",
            )
        )


def _line(cells: tuple[Any, ...]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerow(cells)
    return text.getvalue().encode()
