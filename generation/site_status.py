"""What the public is told of the site's state: real checks, a few seconds old, and no private word.

No name of a machine, model or person, and no error's own text, is in here.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from generation import lanes, parts

OK, DEGRADED, DOWN = "ok", "degraded", "down"
ORDER = (OK, DEGRADED, DOWN)
KEPT_SECONDS = 5.0
LONG_WAIT = 300.0  # seconds of the oldest picture that waits
MOST_FAILURES, FEWEST_ENDS = 0.05, 20  # of the pictures that ended lately
ASKED = ("database", "storage", "room", "broker", "drawing", "services")


@dataclass(frozen=True)
class Part:
    name: str
    title: str
    state: str
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)  # numbers, for programs


@dataclass(frozen=True)
class Status:
    at: datetime
    parts: list[Part]

    @property
    def state(self) -> str:
        return max((part.state for part in self.parts), key=ORDER.index)

    @property
    def has_database(self) -> bool:
        return all(part.state == OK for part in self.parts if part.name == "database")

    def as_dict(self) -> dict[str, Any]:
        return {
            "status": self.state,
            "at": self.at.isoformat(),
            "parts": [
                {"name": part.name, "status": part.state, "message": part.sentence, **part.facts}
                for part in self.parts
            ],
        }


def now_told() -> Status:
    """The sentences are in the reader's language; what they say is the same for all."""
    at, facts = _facts()
    told = [_web(), _plain("database", facts), _stored(facts), _broker(facts["broker"])]
    if not facts["drawing"]["ok"]:
        told.append(Part("drawing", _("Drawing"), DEGRADED, _("It can't be seen at present.")))
    else:
        told += [_drawing(facts["drawing"], at), _housekeeping(facts["drawing"])]
    if facts["services"]["ok"]:
        told += [_service(each) for each in facts["services"]["services"]]
    return Status(at, told)


_kept: tuple[float, datetime, dict[str, parts.Facts]] | None = None
_lock = Lock()


def _facts() -> tuple[datetime, dict[str, parts.Facts]]:
    global _kept
    with _lock:  # of many who look at once, one asks
        if _kept is None or monotonic() - _kept[0] > KEPT_SECONDS:
            facts = parts.ask(ASKED)
            _kept = monotonic(), now(), facts
        return _kept[1:]


def forget() -> None:
    """Ask again at once."""
    global _kept
    _kept = None


def _web() -> Part:
    return Part("web", _("Pages"), OK, _("They answer, as you see."))


WORKS: dict[str, tuple[Callable[[], str], Callable[[], str], Callable[[], str]]] = {
    "database": (
        lambda: _("Accounts and settings"),
        lambda: _("The database answers."),
        lambda: _("The database does not answer. Nothing is lost, but little works meanwhile."),
    ),
    "storage": (
        lambda: _("Stored pictures"),
        lambda: _("Pictures can be read and written."),
        lambda: _("Pictures can't be stored at present. What can't be stored costs no units."),
    ),
}


def _stored(facts: dict[str, parts.Facts]) -> Part:
    """As whoever asks for a picture is told: none is begun on a disk that is all but full."""
    works = facts["storage"]["ok"] and facts["room"].get("has_room", True)
    return _plain("storage", {"storage": {"ok": works}})


def _plain(name: str, facts: dict[str, parts.Facts]) -> Part:
    title, fine, broken = WORKS[name]
    works = facts[name]["ok"]
    return Part(name, title(), OK if works else DOWN, (fine if works else broken)())


def _broker(facts: parts.Facts) -> Part:
    if facts["ok"]:
        return Part(
            "broker", _("Wake-up calls"), OK, _("Workers are woken as soon as there is work.")
        )
    sentence = _("Workers can't be woken. They look for work by themselves every few seconds.")
    return Part("broker", _("Wake-up calls"), DEGRADED, sentence)


def _drawing(facts: parts.Facts, at: datetime) -> Part:
    drawers = [each for each in facts["workers"] if "gpu" in each["lanes"].split(",")]
    able = [each for each in drawers if not each["trouble"]]
    crew = lanes.crew(
        ((each["lanes"], each["trouble"]) for each in facts["workers"]), facts["lanes"]
    )
    waited = (at - facts["oldest"]).total_seconds() if facts["oldest"] else 0.0
    ends = facts["drawn"] + facts["failed"]
    sentences = [*_ready(able, crew), _line(facts, waited)]
    state = OK
    if ends >= FEWEST_ENDS and facts["failed"] > MOST_FAILURES * ends:
        state = DEGRADED
        sentences.append(_("More pictures fail than usual; those cost no units."))
    if waited > LONG_WAIT or crew.able < crew.alive or crew.unserved:
        state = DEGRADED
    if not crew.served:
        state = DOWN
    numbers = {
        "workers": {"alive": crew.alive, "able": crew.able, "callers": crew.callers},
        "unserved": crew.unserved,
        "devices": dict(_devices(able)),
        "busy": sum(each["busy"] for each in able),
        "waiting": facts["waiting"],
        "running": facts["running"],
        "oldest_seconds": round(max(0.0, waited)),
        "drawn_lately": facts["drawn"],
        "failed_lately": facts["failed"],
    }
    return Part("drawing", _("Drawing"), state, " ".join(sentences), numbers)


def _ready(able: list[Any], crew: lanes.Crew) -> Iterator[str]:
    if not crew.served:
        yield _("No worker is running. What is asked for waits until one starts.")
        return
    if lanes.GPU in crew.unserved:
        yield _("No worker draws here: what this site's own models make waits until one starts.")
    elif not able:
        yield _("Services are asked; no worker draws here.")
    else:
        yield _at_work(able)
    if lanes.REMOTE in crew.unserved:
        yield _("Nobody asks the services: what they make waits until somebody does.")


def _at_work(able: list[Any]) -> str:
    busy = sum(each["busy"] for each in able)
    counts = _devices(able)
    devices = ", ".join(f"{count} \u00d7 {device}" for device, count in sorted(counts.items()))
    numbers = {"count": len(able), "devices": devices, "busy": busy}
    if not devices:
        sentence = ngettext(
            "%(count)s worker is ready, %(busy)s busy.",
            "%(count)s workers are ready, %(busy)s busy.",
            len(able),
        )
        return sentence % numbers
    sentence = ngettext(
        "%(count)s worker is ready (%(devices)s), %(busy)s busy.",
        "%(count)s workers are ready (%(devices)s), %(busy)s busy.",
        len(able),
    )
    return sentence % numbers


def _line(facts: parts.Facts, waited: float) -> str:
    if not facts["waiting"]:
        return _("Nothing waits.")
    sentence = ngettext(
        "%(count)s picture waits, the first for %(time)s.",
        "%(count)s pictures wait, the first for %(time)s.",
        facts["waiting"],
    )
    minutes, seconds = divmod(round(max(0.0, waited)), 60)
    time = f"{minutes} min" if minutes else f"{seconds} s"
    return sentence % {"count": facts["waiting"], "time": time}


def _devices(workers: list[Any]) -> Counter[str]:
    """Of each kind how many; what exactly the machines are is nobody's business. A worker that has
    drawn nothing yet has not looked what it runs on."""
    names = [each["device"].lower() for each in workers if each["device"]]
    return Counter("CPU" if name.startswith("cpu") else "GPU" for name in names)


def _housekeeping(facts: parts.Facts) -> Part:
    title = _("Housekeeping")
    if not facts["stuck"]:
        return Part("housekeeping", title, OK, _("Pictures whose worker was lost are begun again."))
    sentence = _("Pictures whose worker was lost wait to be begun again.")
    return Part("housekeeping", title, DEGRADED, sentence, {"stuck": facts["stuck"]})


def _service(facts: dict[str, Any]) -> Part:
    name = f"service:{facts['slug']}"
    if facts["is_closed"]:
        sentence = _("It failed several times of late and is asked again in a moment.")
        return Part(name, facts["name"], DEGRADED, sentence)
    if facts["trouble"]:
        return Part(name, facts["name"], DEGRADED, _("Of late it refused what was asked."))
    return Part(name, facts["name"], OK, _("No trouble was seen in the latest calls."))
