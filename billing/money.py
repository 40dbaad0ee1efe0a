"""Amounts of money as people read them."""

from django.utils.formats import number_format
from django.utils.translation import get_language

# https://docs.stripe.com/currencies#zero-decimal, and those with three decimals
WHOLE = frozenset("bif clp djf gnf jpy kmf krw mga pyg rwf vnd vuv xaf xof xpf".split())
THOUSANDTHS = frozenset("bhd jod kwd omr tnd".split())
SIGNS = {"usd": "$", "eur": "€", "gbp": "£", "jpy": "¥"}


def money(amount: int, currency: str) -> str:
    """`amount` in the currency's smallest unit: 900 and "usd" are $9.00."""
    places = 0 if currency in WHOLE else 3 if currency in THOUSANDTHS else 2
    number = number_format(abs(amount) / 10**places, places, use_l10n=True, force_grouping=True)
    sign = "-" if amount < 0 else ""
    if currency not in SIGNS:
        return f"{sign}{number} {currency.upper()}"
    if (get_language() or "").startswith("de"):
        return f"{sign}{number} {SIGNS[currency]}"
    return f"{sign}{SIGNS[currency]}{number}"
