"""What the doors to a person's units take and answer."""

from billing.api.ledger import Ledger
from billing.models import LedgerEntry
from pixazo.openapi.operation import Operation, Operations
from pixazo.openapi.shapes import (
    CURSOR,
    LIMIT,
    choice,
    ident,
    listed,
    maybe,
    moment,
    number,
    text,
    thing,
    url,
    whole,
)

KINDS = choice(*LedgerEntry.Kind.values)
UNITS = thing(
    "Units",
    "null where the plan has no daily cap.",
    left=maybe(number("Of today and extra ones.")),
    left_today=maybe(number()),
    daily=maybe(number()),
    extra=number(),
    renewed=moment("When those of the day are back."),
)
ENTRY = thing(
    "LedgerEntry",
    id=whole(),
    created=moment(),
    kind=KINDS,
    units=number(),
    change=number("What it did to the units that are left."),
    why=text(),
    job_id=maybe(ident()),
    image_id=maybe(ident()),
    prompt=maybe(text()),
    url=maybe(url()),
)
LEDGER = thing("Ledger", plan=text(), units=UNITS, entries=listed(ENTRY), next=maybe(url()))
QUERY = {
    "kind": KINDS,
    "day": text("In UTC, as 2026-11-29.", format="date"),
    "limit": LIMIT,
    "cursor": CURSOR,
}

OPERATIONS: Operations = {
    Ledger: {"GET": Operation("What you have left, and what happened to it", LEDGER, query=QUERY)},
}
