"""An experiment as a table: which axis runs along the columns, the rows and the pages is the
looker's choice (W16)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from generation.experiments.naming import axis_label, value_label
from generation.models import Cell, Experiment

SLOTS = ("columns", "rows", "pages")


@dataclass(frozen=True)
class Slot:
    name: str  # columns, rows, pages
    axis: int  # which of the experiment's
    label: str
    values: list[str]


@dataclass(frozen=True)
class Arrangement:
    slots: list[Slot]
    page: int  # along the pages' axis, from 0

    @property
    def columns(self) -> Slot:
        return self.slots[0]

    @property
    def rows(self) -> Slot | None:
        return self.slots[1] if len(self.slots) > 1 else None

    @property
    def pages(self) -> Slot | None:
        return self.slots[2] if len(self.slots) > 2 else None

    @property
    def order(self) -> str:
        """As it stands in the address: "102" has the second axis along the columns."""
        return "".join(str(slot.axis) for slot in self.slots)

    @property
    def swaps(self) -> dict[str, str]:
        """What the order becomes where two slots change their axes: {"01": "102"}."""
        found = {}
        count = len(self.slots)
        for one in range(count):
            for other in range(one + 1, count):
                order = list(self.order)
                order[one], order[other] = order[other], order[one]
                found[f"{one}{other}"] = "".join(order)
        return found

    def shown(self, cells: Iterable[Cell]) -> list[Cell]:
        """Those of this page."""
        if self.pages is None:
            return list(cells)
        axis = self.pages.axis
        return [cell for cell in cells if cell.at[axis] == self.page]

    def table(self, cells: Sequence[Any], at: Any = lambda cell: cell.at) -> list[list[Any]]:
        """This page's cells by rows and columns; None where there is none."""
        rows = self.rows
        height = len(rows.values) if rows else 1
        table: list[list[Any]] = [[None] * len(self.columns.values) for _ in range(height)]
        for cell in cells:
            place = at(cell)
            table[place[rows.axis] if rows else 0][place[self.columns.axis]] = cell
        return table


def arranged(experiment: Experiment, order: str = "", page: str = "") -> Arrangement:
    """What is no order of its axes is the usual one: the first axis along the columns."""
    count = len(experiment.axes)
    usual = "".join(map(str, range(count)))
    order = order if sorted(order) == sorted(usual) else usual
    slots = [_slot(experiment, name, int(axis)) for name, axis in zip(SLOTS, order, strict=False)]
    pages = len(slots[2].values) if count > 2 else 1
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 else 0
    return Arrangement(slots, min(number, pages - 1))


def _slot(experiment: Experiment, name: str, axis: int) -> Slot:
    kept = experiment.axes[axis]
    values = [value_label(kept, number) for number in range(len(kept["values"]))]
    return Slot(name, axis, axis_label(kept), values)
