"""The figures of a period: the kept hours, and what ended since, counted as somebody looks."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

from django.utils.timezone import now

from generation.figures.classes import Classes, quantile, total
from generation.figures.counting import HOUR, hour_of, hours
from generation.models import HourFigures, State

LIVE_SECONDS = 20.0  # for which what was counted for one is told to all
FAILED = (State.FAILED, State.EXPIRED)


@dataclass(frozen=True)
class Figures:
    rows: list[HourFigures]

    @property
    def ends(self) -> Counter[str]:
        return _added(row.ends for row in self.rows)

    @property
    def made(self) -> int:
        return self.ends[State.SUCCEEDED]

    @property
    def failed(self) -> int:
        return sum(self.ends[state] for state in FAILED)

    @property
    def waits(self) -> Classes:
        return total(row.waits for row in self.rows)

    @property
    def draws(self) -> Classes:
        return total(row.draws for row in self.rows)

    @property
    def codes(self) -> list[tuple[str, int, str]]:
        """Error code, how often, and the id of a job that has it; the most frequent first."""
        counts: Counter[str] = Counter()
        samples: dict[str, str] = {}
        for row in self.rows:
            for code, (count, sample) in row.codes.items():
                counts[code] += count
                samples[code] = max(samples.get(code, ""), sample)  # ids sort by time
        return [(code, count, samples[code]) for code, count in counts.most_common()]

    @property
    def styles(self) -> Counter[str]:
        return _added(row.styles for row in self.rows)

    @property
    def units(self) -> Any:
        return sum(row.units for row in self.rows)

    @property
    def cost(self) -> Any:
        return sum(row.cost for row in self.rows)

    def by_model(self) -> "dict[UUID, Figures]":
        found: dict[UUID, list[HourFigures]] = defaultdict(list)
        for row in self.rows:
            found[row.model_id].append(row)
        return {model: Figures(rows) for model, rows in found.items()}

    def by_time(self, step: timedelta, start: datetime, end: datetime) -> "dict[datetime, Figures]":
        """Each step of the period, also those in which nothing was drawn."""
        count = int((end - start) / step) + 1
        found: dict[int, list[HourFigures]] = defaultdict(list)
        for row in self.rows:
            found[int((row.start - start) / step)].append(row)
        return {start + number * step: Figures(found[number]) for number in range(count)}

    def wait(self, part: float) -> float | None:
        return quantile(self.waits, part)


def since(start: datetime) -> Figures:
    """Bounded by the hours of the period and the models that drew in them."""
    live = _live()
    # What is counted live is as new as it can be: the kept row of such an hour is older.
    counted = {(row.start, row.model_id) for row in live}
    kept = HourFigures.objects.filter(start__gte=hour_of(start))
    return Figures([row for row in kept if (row.start, row.model_id) not in counted] + live)


_kept: tuple[float, list[HourFigures]] | None = None


def forget() -> None:
    """Count again at once."""
    global _kept
    _kept = None


def _live() -> list[HourFigures]:
    """This hour and the last one: what ended earlier has been kept since."""
    global _kept
    if _kept is None or monotonic() - _kept[0] > LIVE_SECONDS:
        end = now()
        _kept = monotonic(), hours(hour_of(end) - HOUR, end + HOUR)
    return _kept[1]


def _added(many: Iterable[dict[str, int]]) -> Counter[str]:
    found: Counter[str] = Counter()
    for each in many:
        found.update(each)
    return found
