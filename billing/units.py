"""Units, which a picture takes, are counted in halves: what may wait costs half (decision 0007)."""

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models

Units = int | float  # 1, 0.5: halves are exact as floats

if TYPE_CHECKING:
    DecimalField = models.DecimalField[Units | Decimal, Units]
else:
    DecimalField = models.DecimalField


def plain(units: "Decimal | float") -> Units:
    """As people and JSON read it: a whole number without a fraction."""
    whole = int(units)
    return whole if whole == units else float(units)


class UnitsField(DecimalField):
    """Decimal in the database, where several add and subtract at once; `plain` when it is read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 9, "decimal_places": 1} | kwargs)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Units | None:
        return None if value is None else plain(value)
