"""All figures of /metrics: what was counted, and what each room finds in its rows when asked.

A room registers what it knows (rooms.py). One that breaks is named in the answer and spoils no
other's.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.multiprocess import MultiProcessCollector

from pixazo import __version__, landmarks
from pixazo.watching.counters import FILE, counters, lives
from pixazo.watching.rooms import registered

log = logging.getLogger(__name__)

KEPT_SECONDS = 5.0  # of what was found: several may ask, and one may ask often
Collect = Callable[[], Iterable[Metric]]
Labels = Mapping[Any, float]  # by tuples of labels' values, of whatever length

_lock = Lock()
_kept: tuple[float, list[Metric]] | None = None


def text() -> bytes:
    registry = CollectorRegistry()
    registry.register(Found())
    counters()
    _bury()
    MultiProcessCollector(registry, str(settings.METRICS))  # type: ignore[no-untyped-call]
    return bytes(generate_latest(registry))


class Found:
    """What the rooms find, a few seconds old at most."""

    def collect(self) -> Iterable[Metric]:
        global _kept
        with _lock:
            if _kept is None or time.monotonic() - _kept[0] > KEPT_SECONDS:
                _kept = time.monotonic(), _look()
            return _kept[1]

    def describe(self) -> Iterable[Metric]:
        """Nothing, so that registering it asks for nothing."""
        return []


def forget() -> None:
    global _kept
    _kept = None


def gauge(name: str, told: str, labels: Iterable[str] = (), values: Labels | float = 0.0) -> Metric:
    """A number, or one for each tuple of labels' values."""
    family = GaugeMetricFamily(name, told, labels=list(labels) or None)
    if isinstance(values, Mapping):
        for named, value in values.items():
            family.add_metric([str(each) for each in named], value)
    else:
        family.add_metric([], values)
    return family


def _look() -> list[Metric]:
    found = [gauge("pixazo_build", "Its version.", ["version"], {(__version__,): 1})]
    broken: dict[tuple[str, ...], float] = {}
    rooms = {"site": f"{__name__}.happened", **registered()}
    for room, name in rooms.items():
        try:
            collect: Collect = import_string(name)
            found += list(collect())
            broken[room,] = 0
        except Exception:
            log.exception("The figures of %s could not be found.", room)
            broken[room,] = 1
    return [*found, gauge("pixazo_scrape_failed", "Rooms not seen.", ["room"], broken)]


def happened() -> Iterable[Metric]:
    """What happens seldom; that it never did is a number as well, so that an alert can wait."""
    reached = landmarks.reached()
    counts = {(name,): reached[name].count if name in reached else 0 for name in landmarks.NAMES}
    ages = {(name,): each.age for name, each in reached.items()}
    yield gauge("pixazo_happened", "How often it ever happened.", ["what"], counts)
    yield gauge("pixazo_happened_ago_seconds", "Since the last time.", ["what"], ages)


def _bury() -> None:
    """What the dead had open is closed: as `mark_process_dead`, which fails where two do it."""
    for file in Path(settings.METRICS).glob("gauge_live*_*.db"):
        if (found := FILE.fullmatch(file.name)) and not lives(int(found[1])):
            file.unlink(missing_ok=True)
