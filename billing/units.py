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


def exactly(units: "Decimal | float") -> Decimal:
    """As the database keeps them. Raises ValueError for what is no number of halves: rounded, it
    would be free, or dearer than what was said."""
    exact = Decimal(units)
    if exact * 2 % 1:
        raise ValueError(f"Units are counted in halves, and {units} is no number of halves.")
    return exact


class UnitsField(DecimalField):
    """Decimal in the database, where several add and subtract at once; `plain` when it is read."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max_digits": 9, "decimal_places": 1} | kwargs)

    def get_db_prep_save(self, value: Any, connection: Any) -> Any:
        if value is not None and not hasattr(value, "as_sql"):
            value = exactly(value)
        return super().get_db_prep_save(value, connection)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Units | None:
        return None if value is None else plain(value)
