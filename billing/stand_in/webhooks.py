"""Tells us what happened: signed events, sent again until they are answered with 2xx."""

import json
import random
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from stripe import WebhookSignature

from billing.stand_in.store import Store, Thing

# Seconds until the next try, and how many there are: Stripe's take three days.
WAITS = (0.2, 0.5, 1, 2, 5, 10, 20, 30)
MOST_SECONDS = 20


@dataclass(order=True)
class Letter:
    due: float
    order: float
    event: Thing = field(compare=False)
    url: str = field(compare=False)
    secret: str = field(compare=False)
    tries: int = field(compare=False, default=0)


class Webhooks:
    """A thread that delivers. All that may go wrong with events is an attribute here."""

    def __init__(self, store: Store, url: str, secret: str) -> None:
        self.store = store
        self.endpoints = [(url, secret)] if url else []
        self.held = False  # keep events until `release`
        self.kept: list[Thing] = []
        self.copies = 1  # each is sent so often
        self.shuffled = False  # in any order
        self.signature = "good"  # wrong, stale, none
        self.version = ""  # of the API in the event, where it should be a foreign one
        self.only: set[str] = set()  # types that are sent; empty: all
        self.journal: list[Thing] = []  # {event, type, status} for each try
        self.letters: list[Letter] = []
        self.changed = threading.Condition()
        self.closing = False
        self.thread = threading.Thread(target=self._work, daemon=True)
        store.tell = self.tell

    def tell(self, event: Thing) -> None:
        if self.held:
            self.kept.append(event)
        else:
            self.send(event)

    def send(self, event: Thing) -> None:
        endpoints = [
            *self.endpoints,
            *(
                (row["url"], self.store.secret(row)["secret"])
                for row in self.store.all("webhook_endpoint")
                if row["status"] == "enabled" and {"*", event["type"]} & set(row["enabled_events"])
            ),
        ]
        if self.only and event["type"] not in self.only:
            return
        event["pending_webhooks"] = len(endpoints)
        with self.changed:
            for url, secret in endpoints * self.copies:
                order = random.random() if self.shuffled else 0.0  # noqa: S311  no secret
                due = time.monotonic() + order / 5
                self.letters.append(Letter(due, order, event, url, secret))
            self.changed.notify_all()

    def release(self, ids: Sequence[str] = ()) -> None:
        """Send what was held: all, or these in this order. Holding ends when nothing is left."""
        by_id = {event["id"]: event for event in self.kept}
        for id in ids or list(by_id):
            self.send(by_id.pop(id) if id in by_id else self.store.get("event", id))
        self.kept = list(by_id.values())
        if not self.kept:
            self.held = False

    def idle(self, seconds: float = 20) -> bool:
        """Wait until everything is delivered or given up; False where it isn't by then."""
        with self.changed:
            return self.changed.wait_for(lambda: not self.letters, seconds)

    def signed(self, event: Thing, secret: str = "") -> tuple[bytes, str]:
        """Body and `Stripe-Signature`, for tests that deliver by themselves."""
        secret = secret or (self.endpoints[0][1] if self.endpoints else "whsec_stand_in")
        if self.version:
            event = {**event, "api_version": self.version}
        body = json.dumps(event, indent=2)
        if self.signature == "none":
            return body.encode(), ""
        at = int(time.time()) - (3600 if self.signature == "stale" else 0)
        if self.signature == "wrong":
            secret = "whsec_of_somebody_else"  # noqa: S105  it is meant to be wrong
        return body.encode(), WebhookSignature.generate_signature_header(body, secret, at)

    def _work(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.closing or bool(self.letters))
                if self.closing:
                    return
                letter = min(self.letters)
                wait = letter.due - time.monotonic()
                if wait > 0:
                    self.changed.wait(wait)
                    continue
            status = self._post(letter)
            with self.changed:
                self._note(letter, status)
                self.changed.notify_all()

    def _note(self, letter: Letter, status: int) -> None:
        event = letter.event
        self.journal.append({"event": event["id"], "type": event["type"], "status": status})
        if not 200 <= status < 300 and letter.tries < len(WAITS):
            letter.due = time.monotonic() + WAITS[letter.tries]
            letter.tries += 1
            return
        self.letters.remove(letter)
        if 200 <= status < 300:
            event["pending_webhooks"] = max(0, event["pending_webhooks"] - 1)

    def _post(self, letter: Letter) -> int:
        body, signature = self.signed(letter.event, letter.secret)
        headers = {"Content-Type": "application/json; charset=utf-8", "User-Agent": "Stripe/1.0"}
        if signature:
            headers["Stripe-Signature"] = signature
        request = urllib.request.Request(letter.url, body, headers)  # noqa: S310  as configured
        try:
            with urllib.request.urlopen(request, timeout=MOST_SECONDS) as answer:  # noqa: S310
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0


def create_endpoint(store: Store, given: Thing) -> Thing:
    endpoint = store.make(
        "we",
        "webhook_endpoint",
        api_version=given.get("api_version"),
        description=given.get("description"),
        enabled_events=given["enabled_events"],
        metadata=given.get("metadata", {}),
        status="enabled",
        url=given["url"],
    )
    secret = f"whsec_{endpoint['id'][3:]}"
    store.secret(endpoint)["secret"] = secret
    # As Stripe does: said once, in the answer to this request.
    return {**endpoint, "secret": secret}


def delete_endpoint(store: Store, given: Thing, id: str) -> dict[str, Any]:
    store.get("webhook_endpoint", id)
    del store.things[id]
    return {"id": id, "object": "webhook_endpoint", "deleted": True}
