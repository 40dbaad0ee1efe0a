"""Seconds in classes, each a tenth wider than the one before: many can be added up, and a median of
the sum is right to 5 %."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import floor, log

LEAST = 0.05  # seconds; what is shorter counts as this
WIDER = 1.1

Classes = Mapping[str, int]  # number of the class: how many


def class_of(seconds: float) -> str:
    return str(floor(log(max(seconds, LEAST) / LEAST) / log(WIDER)))


def total(many: Iterable[Classes]) -> Classes:
    found: Counter[str] = Counter()
    for each in many:
        found.update(each)
    return found


def quantile(classes: Classes, part: float) -> float | None:
    """In seconds, such as the median of `part` 0.5; None of nothing."""
    left = part * sum(classes.values())
    for number in sorted(map(int, classes)):
        left -= classes[str(number)]
        if left <= 0:
            return float(LEAST * WIDER ** (number + 0.5))
    return None
