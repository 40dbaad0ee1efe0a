"""How a service's queue is asked what has become of an order, as data: `queue` of an adapter.

    {"tickets": {"request_id": {"path": "/v2/requests/status/{id}"},
                 "requestId": {"path": "/x/checkStatus", "body": {"requestId": "{id}"}}},
     "status": ["status"], "done": ["completed"], "failed": ["error"], "waiting": ["queued"]}

`tickets` name the field of an answer that says what the order is called, and where it is asked for
under that name: by GET, or by POST where there is a body. `status` says where the state is; `done`,
`failed` and `waiting` are its words, whatever their case. All is laid over what is usual
(`USUAL`): words that an adapter has mean what it says, the others what they usually do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# The words of the Pixazo gateway's two queues, of its vendor's own clients, and of what others
# have seen of both.
USUAL: Mapping[str, Any] = {
    "tickets": {
        "request_id": {"path": "/v2/requests/status/{id}"},
        "requestId": {"path": "/v2/requests/status/{id}"},
        "id": {"path": "/v2/requests/status/{id}"},
    },
    "status": ["status", "state"],
    "done": ["completed", "complete", "succeeded", "success", "done", "finished"],
    "failed": ["failed", "failure", "error", "cancelled", "canceled", "rejected", "expired"],
    "waiting": [
        *("queued", "in_queue", "pending", "waiting", "submitted", "accepted", "created"),
        *("processing", "in_progress", "running", "started", "starting", "generating"),
    ],
}
STATES = ("done", "failed", "waiting")
# A name of ours in paths: nothing that could lead to another one.
IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,150}")
ID = "{id}"
SHOWN = 40  # characters of a word that is not known


@dataclass(frozen=True)
class Look:
    """Where an order is asked for; by POST where there is a body."""

    path: str
    body: Mapping[str, Any] | None = None

    def path_of(self, number: str) -> str:
        return self.path.replace(ID, number)

    def body_of(self, number: str) -> dict[str, Any] | None:
        if self.body is None:
            return None
        return {name: number if value == ID else value for name, value in self.body.items()}


@dataclass(frozen=True)
class Ticket:
    """What an order in the queue is called, and under which name that was said."""

    name: str
    id: str

    def __str__(self) -> str:
        return f"{self.name}:{self.id}"

    @classmethod
    def read(cls, text: str) -> "Ticket | None":
        """From a job's row; None for an order that is not in a queue, or none."""
        name, _, number = text.partition(":")
        return cls(name, number) if name and number else None


@dataclass(frozen=True)
class Queue:
    tickets: Mapping[str, Look]
    status: tuple[str, ...]
    words: Mapping[str, str]  # done, failed or waiting, by the word as `_plain` writes it

    def ticket(self, answer: Mapping[str, Any]) -> Ticket | None:
        for name in self.tickets:
            said = answer.get(name)
            if isinstance(said, str) and IDENTIFIER.fullmatch(said) and ".." not in said:
                return Ticket(name, said)
        return None

    def look(self, ticket: Ticket) -> Look:
        """An order that was placed while the adapter said otherwise is asked for as is usual."""
        return self.tickets.get(ticket.name) or Look(**USUAL["tickets"]["request_id"])

    def word(self, answer: Mapping[str, Any]) -> str:
        """As the service wrote it; empty where it says nothing of a state."""
        said = next((answer[name] for name in self.status if answer.get(name)), "")
        return said if isinstance(said, str) else ""

    def state(self, answer: Mapping[str, Any]) -> str:
        """done, failed, waiting (also where nothing is said), or unknown."""
        word = self.word(answer)
        return self.words.get(_plain(word), "unknown") if word else "waiting"


def parse(data: Any) -> Queue:
    """Raises `ValueError` with a sentence for staff."""
    if not isinstance(data, Mapping):
        raise ValueError("The queue must be a JSON object.")
    if strange := sorted(set(data) - set(USUAL)):
        raise ValueError(f"The queue doesn't know {', '.join(strange)}.")
    words = {name: _words(name, data.get(name, [])) for name in ("status", *STATES)}
    own = {_plain(word): state for state in STATES for word in words[state]}
    if len(own) < sum(len(words[state]) for state in STATES):
        raise ValueError("The queue has one word for two states.")
    usual = {_plain(word): state for state in STATES for word in USUAL[state]}
    return Queue(
        tickets=_tickets(data.get("tickets", {})) or _tickets(USUAL["tickets"]),
        status=tuple(words["status"] or USUAL["status"]),
        words=usual | own,
    )


def _words(name: str, given: Any) -> list[str]:
    if not isinstance(given, list) or not all(isinstance(each, str) and each for each in given):
        raise ValueError(f"queue: {name} must be a list of words.")
    return given


def _tickets(given: Any) -> dict[str, Look]:
    if not isinstance(given, Mapping):
        raise ValueError("queue: tickets must be a JSON object.")
    return {name: _look(name, each) for name, each in given.items()}


def _look(name: str, given: Any) -> Look:
    if not IDENTIFIER.fullmatch(name):
        raise ValueError(f"queue: {name[:SHOWN]!r} is no name of a field.")
    if not isinstance(given, Mapping) or not set(given) <= {"path", "body"}:
        raise ValueError(f"queue: {name} must have a path, and may have a body.")
    path, body = given.get("path"), given.get("body")
    if not isinstance(path, str) or not is_path(path.replace(ID, "id")):
        raise ValueError(f"queue: the path of {name} must begin with one slash.")
    if body is not None and not isinstance(body, Mapping):
        raise ValueError(f"queue: the body of {name} must be a JSON object.")
    if ID not in path and ID not in (body or {}).values():
        raise ValueError(f"queue: {name} must say {ID} in its path or in its body.")
    return Look(path, body)


def is_path(path: str) -> bool:
    """Of the service itself, whatever its host."""
    return path.startswith("/") and not path.startswith("//") and not set(path) & set("\\?#@ \t\n")


def _plain(word: str) -> str:
    return re.sub(r"[\s_-]+", "_", word.strip().lower())
