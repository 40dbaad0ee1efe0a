"""What the gateway's answers say, in any of the forms that have been seen."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

# The vendor's own client looks in this order; the rest is from its pages.
RESULTS = ("output.media_url", "output", "image_url", "output_url", "url", "imageUrl")
DONE = {"completed", "complete", "succeeded", "success", "done"}
FAILED = {"failed", "error", "cancelled", "canceled"}
# A name of ours in paths: nothing that could lead to another one.
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,150}")
TICKETS = ("request_id", "requestId")


@dataclass(frozen=True)
class Ticket:
    """What an order in the gateway's queue is called, and under which name that was said: the
    name tells the older queue from the newer one."""

    name: str
    id: str

    def __str__(self) -> str:
        return f"{self.name}:{self.id}"

    @classmethod
    def read(cls, text: str) -> "Ticket | None":
        """From a job's row; None for an order that is not in a queue, or none."""
        name, _, number = text.partition(":")
        return cls(name, number) if name in TICKETS and number else None


def ticket(answer: Mapping[str, Any]) -> Ticket | None:
    for name in TICKETS:
        said = answer.get(name)
        if isinstance(said, str) and IDENTIFIER.fullmatch(said) and ".." not in said:
            return Ticket(name, said)
    return None


def result(answer: Mapping[str, Any], places: Iterable[str] = ()) -> str:
    """The picture's address, "" if there is none."""
    for place in tuple(places) or RESULTS:
        found = _at(answer, place)
        if isinstance(found, list) and found:
            found = found[0]
        if isinstance(found, str) and found.startswith(("http://", "https://")):
            return found
    return ""


def state(answer: Mapping[str, Any]) -> str:
    """done, failed, or waiting: what is not known is still under way."""
    word = str(answer.get("status", "")).lower()
    if word in DONE:
        return "done"
    return "failed" if word in FAILED else "waiting"


def _at(answer: Any, place: str) -> Any:
    for name in place.split("."):
        if not isinstance(answer, Mapping):
            return None
        answer = answer.get(name)
    return answer
