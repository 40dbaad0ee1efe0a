"""All that the stand-in knows: objects by id, its clock, and the events that tell of changes."""

import copy
import secrets
import threading
import time
from collections.abc import Callable
from typing import Any

from billing.stand_in.refusals import Refused, missing

Thing = dict[str, Any]

VERSION = "2026-10-28.endive"
# Only shown where `expand` asks for it.
HIDDEN = {"checkout.session": {"line_items"}, "invoice": {"payments"}}


class Store:
    """Whoever reads or writes holds `lock`."""

    def __init__(self) -> None:
        self.lock = threading.RLock()
        self.things: dict[str, Thing] = {}
        self.secrets: dict[str, Thing] = {}  # by id: what is no part of the API's object
        self.ahead = 0  # seconds that the clock was set forward
        self.url = ""
        self.tell: Callable[[Thing], None] = lambda event: None
        self.request: Thing = {"id": None, "idempotency_key": None}

    def now(self) -> int:
        return int(time.time()) + self.ahead

    def make(self, prefix: str, kind: str, **fields: Any) -> Thing:
        id = fields.pop("id", None) or f"{prefix}_{secrets.token_hex(12)}"
        thing = {"id": id, "object": kind, "created": self.now(), "livemode": False, **fields}
        self.things[id] = thing
        self.secrets[id] = {}
        return thing

    def get(self, kind: str, id: str, param: str = "id") -> Thing:
        thing = self.things.get(id)
        if thing is None or thing["object"] != kind:
            raise missing(kind.replace("_", " "), id, param)
        return thing

    def all(self, kind: str) -> list[Thing]:
        """Newest first, as Stripe lists."""
        return [thing for thing in reversed(self.things.values()) if thing["object"] == kind]

    def secret(self, thing: Thing) -> Thing:
        """What is kept beside an object and never shown."""
        return self.secrets.setdefault(thing["id"], {})

    def happened(self, type: str, thing: Thing, before: Thing | None = None) -> Thing:
        data: Thing = {"object": self.shown(thing)}
        if before is not None:
            changed = {
                name: copy.deepcopy(old) for name, old in before.items() if thing.get(name) != old
            }
            if not changed:
                return {}
            data["previous_attributes"] = changed
        event = self.make(
            "evt",
            "event",
            type=type,
            api_version=VERSION,
            data=data,
            request=dict(self.request),
            pending_webhooks=0,
        )
        self.tell(event)
        return event

    def shown(self, thing: Thing, expand: list[str] | None = None) -> Thing:
        """A copy as the API answers it."""
        shown = copy.deepcopy(thing)
        wanted = [path.split(".") for path in expand or []]
        for path in wanted:
            if len(path) > 4:
                raise Refused(f"You cannot expand more than 4 levels: {'.'.join(path)}")
        self._expand(shown, wanted)
        return shown

    def _expand(self, shown: Any, wanted: list[list[str]]) -> None:
        for name in HIDDEN.get(shown.get("object", ""), set()):
            if not any(path[0] == name for path in wanted):
                shown.pop(name, None)
        inside = {"data"} if shown.get("object") == "list" else set()
        for first in {path[0] for path in wanted} | inside:
            if first not in shown:
                raise Refused(f"This property cannot be expanded ({first}).", param="expand")
            if isinstance(shown[first], str):
                shown[first] = copy.deepcopy(self.things.get(shown[first], shown[first]))
            rest = [path[1:] for path in wanted if path[0] == first and len(path) > 1]
            parts = shown[first] if isinstance(shown[first], list) else [shown[first]]
            for part in parts:
                if isinstance(part, dict):
                    self._expand(part, rest)


def page(url: str, things: list[Thing], given: Thing) -> Thing:
    """A list as Stripe pages it, by `limit`, `starting_after` and `ending_before`."""
    ids = [thing["id"] for thing in things]
    limit = min(int(given.get("limit", 10)), 100)
    if after := given.get("starting_after"):
        if after not in ids:
            raise missing("object", after, "starting_after")
        things = things[ids.index(after) + 1 :]
    if before := given.get("ending_before"):
        if before not in ids:
            raise missing("object", before, "ending_before")
        things = things[: ids.index(before)][-limit:]
    return {
        "object": "list",
        "url": url,
        "has_more": len(things) > limit,
        "data": things[:limit],
    }
