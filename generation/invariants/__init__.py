"""What must hold for every job, unit and file, whatever was killed meanwhile.

`violations()` looks at the whole database and storage; it is for operators and for the tests that
kill things, not for requests. `checks()` is the same by number, as `manage.py verify` prints it.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from generation.invariants import files, jobs, places, units
from pixazo.rotation import unreadable

# Of rooms above: called with `idle`.
_further: list[Callable[[bool], Iterator[str]]] = []


def register(room: Callable[[bool], Iterator[str]]) -> None:
    _further.append(room)


@dataclass(frozen=True)
class Check:
    number: int
    name: str
    found: list[str] = field(default_factory=list)
    elsewhere: str = ""  # who looks at it, where a running site can't


def violations(*, idle: bool = False) -> list[str]:
    """Sentences about what is wrong; empty if all is well. `idle`: no job may be unfinished."""
    return [sentence for check in checks(idle=idle) for sentence in check.found]


def checks(*, idle: bool = False, hashes: bool = False) -> list[Check]:
    """`hashes`: every stored original is read, and decoded."""
    further = (sentence for room in _further for sentence in room(idle))
    return [
        Check(1, "Everything ends", [*jobs.ends(idle), *further]),
        Check(2, "Once", list(jobs.histories())),
        Check(3, "Units and money", [*units.units(), *units.experiments()]),
        Check(4, "Rows and files", list(files.rows_and_files(hashes))),
        Check(5, "Fairness", elsewhere="manage.py queue_report"),
        Check(
            6,
            "Nothing half is shown",
            list(files.undecodable()) if hashes else [],
            "" if hashes else "manage.py verify --hashes",
        ),
        Check(7, "Payments", list(units.payments())),
        Check(8, "Everybody for themselves", list(places.strangers())),
        Check(9, "Service", elsewhere="/readyz and /metrics"),
        Check(10, "Logs", elsewhere="the tests"),
        Check(11, "What is encrypted", list(_undecryptable())),
    ]


def _undecryptable() -> Iterator[str]:
    for name, count in unreadable().items():
        yield f"{name}: {count} values that none of this site's secrets can decrypt"
