"""Numbers within sentences, as the language in use writes them: 7.5 and 1,000, or 7,5 and 1.000."""

import re
from decimal import Decimal

from django.utils.formats import number_format

# As sentences that rows keep in English have them: a fraction, thousands, or both.
KEPT = re.compile(
    r"(?P<number>-?(\d{1,3}(,\d{3})+|\d{1,15})(\.\d{1,15})?)(?P<unit> (%|s|ms|B|MB|GB|dB))?",
    re.ASCII,
)


def written(number: float) -> str:
    """Without a fraction that says nothing, and without marks between thousands: 7.5, 2048."""
    return number_format(f"{number:g}" if number % 1 else f"{int(number)}")


def counted(number: int) -> str:
    """Of many things: 1,000."""
    return number_format(number, force_grouping=True)


def rewritten(text: str) -> str:
    """A number that was written in English; anything else stays as it is."""
    found = KEPT.fullmatch(text)
    if found is None:
        return text
    number = Decimal(found["number"].replace(",", ""))
    return number_format(number, force_grouping="," in text) + (found["unit"] or "")
