"""The pages that a person sees at Stripe: paying, the portal, an invoice. No money moves."""

import datetime
from collections.abc import Iterable
from html import escape
from typing import Any

from billing.stand_in import payments, portal
from billing.stand_in.store import Store, Thing

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: #f6f7f9; color: #1c1c21 }
main { max-width: 34rem; margin: 0 auto; padding: 1.5rem 1rem 3rem }
.note { background: #fff3cd; color: #4d3a00; padding: .75rem 1rem }
section { background: #fff; border: 1px solid #dcdde3; border-radius: 12px; margin: 1rem 0;
  padding: 1rem 1.25rem }
h1 { font-size: 1.25rem } h2 { font-size: 1rem; margin: 0 0 .5rem }
label { display: flex; gap: .75rem; align-items: center; min-height: 44px }
button, .back { font: inherit; min-height: 44px; padding: 0 1.25rem; border-radius: 8px; border: 0;
  background: #3056d3; color: #fff; cursor: pointer }
.quiet { background: #e7e8ee; color: #1c1c21 }
.back { display: inline-flex; align-items: center; text-decoration: none; background: none;
  color: #2447b5; padding: 0 }
input[type=text], select { font: inherit; min-height: 44px; padding: 0 .75rem; border-radius: 8px;
  border: 1px solid #767984; width: 100%; box-sizing: border-box }
.wrong { background: #fde5e4; color: #8a1c17; padding: .75rem 1rem; border-radius: 8px }
table { width: 100%; border-collapse: collapse }
td { padding: .25rem 0 }
td:last-child { text-align: right }
form { margin: .5rem 0 }
"""
HEAD = (
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<link rel="icon" href="data:,">'
)
NOTE = "<strong>Stand-in for Stripe.</strong> Nothing here is real and no money moves."
CHOICES = {
    "paid": "4242 4242 4242 4242: pays",
    "declined": "4000 0000 0000 0002: is declined",
    "later_declined": "4000 0000 0000 0341: pays now, and no renewal",
    "delayed": "Bank debit: the money arrives later",
    "delayed_fails": "Bank debit: the money never arrives",
}


def pay(store: Store, session: Thing, wrong: str = "") -> str:
    rows = [
        (
            f"{part['quantity']} x {part['description']}",
            money(part["amount_total"], part["currency"]),
        )
        for part in session["line_items"]["data"]
    ]
    rows.append(("Total", money(session["amount_total"], session["currency"])))
    code = _field("code", "Promotion code") if session["allow_promotion_codes"] else ""
    back = session["cancel_url"]
    per = session["line_items"]["data"][0]["price"]["recurring"]
    each = f" for each {escape(per['interval'])}" if per else ""
    return _page(
        "Pay",
        f"""<h1>Pay{each}</h1>{_wrong(wrong)}
        <section>{_table(rows)}</section>
        <form method="post"><section><h2>Pay with</h2>{_radios(CHOICES)}{code}</section>
        <button>Pay {money(session["amount_total"], session["currency"])}</button></form>
        {_back(back, "Back without paying")}""",
    )


def over(session: Thing) -> str:
    words = "is paid already" if session["status"] == "complete" else "has expired"
    return _page(
        "Over",
        f"<h1>This page {words}.</h1>{_back(session['success_url'].partition('?')[0], 'Back')}",
    )


def manage(store: Store, session: Thing, wrong: str = "", done: str = "") -> str:
    id = session["customer"]
    customer = store.get("customer", id)
    parts = [_subscription(store, row) for row in portal.running(store, id)]
    cards = {name: CHOICES[name] for name in ("paid", "declined", "later_declined")}
    unpaid = [
        row for row in store.all("invoice") if row["customer"] == id and row["status"] == "open"
    ]
    pay_now = _form("pay", "<button>Pay what is open</button>") if unpaid else ""
    return _page(
        "Billing",
        f"""<h1>Billing of {escape(customer["email"] or id)}</h1>{_wrong(wrong)}
        {f'<p role="status">{escape(done)}</p>' if done else ""}
        {"".join(parts) or "<section>No subscription.</section>"}
        <section><h2>Payment method</h2><p>Now: {_card(store, customer)}</p>
        {_form("card", f"{_radios(cards)}<button class=quiet>Use this card</button>")}
        {pay_now}</section>
        <section><h2>Invoices</h2>{_invoices(store, id)}</section>
        {_back(session["return_url"], "Back to the site")}""",
    )


def _subscription(store: Store, row: Thing) -> str:
    item = row["items"]["data"][0]
    until = day(item["current_period_end"])
    ends = row["cancel_at_period_end"]
    prices = [
        price
        for price in store.all("price")
        if price["active"] and price["recurring"] and price["id"] != item["price"]["id"]
    ]
    others = "".join(
        f'<option value="{price["id"]}">{_price(store, price)}</option>' for price in prices
    )
    hidden = f'<input type="hidden" name="subscription" value="{row["id"]}">'
    switch = (
        f'{hidden}<label>Change to <select name="price" aria-label="Change to">{others}</select>'
        "</label><button class=quiet>Change plan</button>"
    )
    end = (
        _form("keep", f"{hidden}<button>Keep the plan</button>")
        if ends
        else _form(
            "cancel", f"{hidden}<button class=quiet>Cancel at the end of the period</button>"
        )
    )
    words = "Ends on" if ends else "Renews on"
    return f"""<section><h2>{_price(store, item["price"])}</h2>
    <p>{words} {until}. Status: {row["status"]}.</p>
    {_form("switch", switch) if others else ""}{end}</section>"""


def _price(store: Store, price: Thing) -> str:
    name = store.get("product", price["product"])["name"]
    return escape(
        f"{name}, {money(price['unit_amount'], price['currency'])} a"
        f" {price['recurring']['interval']}"
    )


def _card(store: Store, customer: Thing) -> str:
    card = payments.card_of(store, customer)
    return escape(CHOICES[card]) if card else "none"


def _invoices(store: Store, customer: str) -> str:
    rows = [
        (
            f'<a href="/invoice/{row["id"]}">{escape(row["number"])}</a>, {day(row["created"])}',
            f"{money(row['total'], row['currency'])}, {row['status']}",
        )
        for row in store.all("invoice")
        if row["customer"] == customer
    ]
    return _table(rows, safe=True) if rows else "<p>None yet.</p>"


def invoice(store: Store, row: Thing) -> str:
    rows = [
        (str(part["description"]), money(part["amount"], row["currency"]))
        for part in row["lines"]["data"]
    ]
    rows.append(("Total", money(row["total"], row["currency"])))
    return _page(
        f"Invoice {row['number']}",
        f"""<h1>Invoice {escape(row["number"])}</h1><p>{day(row["created"])}, {row["status"]}</p>
        <section>{_table(rows)}</section>
        <p><a href="/invoice/{row["id"]}/pdf">Download as PDF</a></p>""",
    )


def pdf(row: Thing) -> bytes:
    """One page of plain lines."""
    texts = [f"Invoice {row['number']}", f"{day(row['created'])}, {row['status']}", ""]
    texts += [
        f"{part['description']}: {money(part['amount'], row['currency'])}"
        for part in row["lines"]["data"]
    ]
    texts += [f"Total: {money(row['total'], row['currency'])}", "", "Stand-in: no money moved."]
    shown = "".join(f"({text.translate({40: None, 41: None, 92: None})}) Tj T*\n" for text in texts)
    stream = f"BT /F1 12 Tf 16 TL 60 780 Td\n{shown}ET".encode("latin-1", "replace")
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> >> >>"
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    out, places = b"%PDF-1.4\n", []
    for at, part in enumerate(parts, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (at, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table)
    tail = b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF" % (
        len(parts) + 1,
        len(out),
    )
    return out + head + tail


def money(amount: int, currency: str) -> str:
    return f"{amount / 100:.2f} {currency.upper()}"


def day(at: int) -> str:
    return datetime.datetime.fromtimestamp(at, datetime.UTC).strftime("%Y-%m-%d")


def _page(title: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{HEAD}'
        f"<title>{escape(title)} - Stand-in for Stripe</title><style>{STYLE}</style></head>"
        f'<body><div class="note" role="note">{NOTE}</div><main>{body}</main></body></html>'
    )


def _radios(choices: dict[str, str]) -> str:
    return "".join(
        f'<label><input type="radio" name="card" value="{name}"{" checked" if not at else ""}>'
        f" {escape(words)}</label>"
        for at, (name, words) in enumerate(choices.items())
    )


def _field(name: str, label: str) -> str:
    return f'<label>{label} <input type="text" name="{name}" autocomplete="off"></label>'


def _form(action: str, inner: str) -> str:
    return f'<form method="post"><input type="hidden" name="do" value="{action}">{inner}</form>'


def _wrong(sentence: str) -> str:
    return f'<p class="wrong" role="alert">{escape(sentence)}</p>' if sentence else ""


def _back(url: Any, words: str) -> str:
    return f'<p><a class="back" href="{escape(url)}">{words}</a></p>' if url else ""


def _table(rows: Iterable[tuple[str, str]], *, safe: bool = False) -> str:
    clean = (lambda text: text) if safe else escape
    cells = "".join(f"<tr><td>{clean(a)}</td><td>{clean(b)}</td></tr>" for a, b in rows)
    return f"<table>{cells}</table>"
