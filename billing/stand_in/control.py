"""The side door, `/__admin/...`: a test (or a person) makes happen what only people, banks, time
and bad luck do. JSON in, JSON out; `StandIn.control` calls the same without HTTP."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from billing.stand_in import checkout, clock, payments, portal
from billing.stand_in.faults import Fault
from billing.stand_in.refusals import Refused
from billing.stand_in.store import Thing

if TYPE_CHECKING:
    from billing.stand_in.server import StandIn

SWITCHES = ("held", "copies", "shuffled", "signature", "version", "only")


def control(stand_in: "StandIn", name: str, given: dict[str, Any]) -> Any:
    """See `billing.stand_in` for what there is."""
    if name not in CALLS:
        raise Refused(f"No such control call: {name}", status=404)
    try:
        return CALLS[name](stand_in, **given)
    except (TypeError, KeyError) as error:
        raise Refused(f"{name}: {error}") from error


def pay(at: "StandIn", session: str, card: str = "paid", code: str = "") -> Thing:
    return checkout.complete(at.store, session, card, code)


def expire(at: "StandIn", session: str) -> Thing:
    return checkout.expire(at.store, {}, session)


def arrive(at: "StandIn", session: str, fails: bool = False) -> Thing:
    return checkout.arrive(at.store, session, fails=fails)


def press(at: "StandIn", session: str, do: str, **given: str) -> Thing:
    portal.do(at.store, at.store.get("billing_portal.session", session), do, given)
    return {}


def card(at: "StandIn", customer: str, card: str) -> Thing:
    return payments.keep_card(at.store, payments.customer_of(at.store, customer), card)


def forward(at: "StandIn", seconds: int = 0, days: int = 0) -> Thing:
    return {"now": clock.forward(at.store, seconds + 86400 * days)}


def dispute(at: "StandIn", payment_intent: str) -> Thing:
    return payments.dispute(at.store, payment_intent)


def refund_fails(at: "StandIn", refund: str) -> Thing:
    return payments.fail_refund(at.store, refund)


def dispute_over(at: "StandIn", dispute: str, won: bool) -> Thing:
    return payments.close_dispute(at.store, dispute, won=won)


def fail(at: "StandIn", **given: Any) -> Thing:
    at.faults.append(Fault(**given))
    return {"faults": len(at.faults)}


def webhooks(at: "StandIn", **given: Any) -> Thing:
    hooks = at.webhooks
    release: Sequence[str] | None = given.pop("release", None)
    if "to" in given:
        hooks.endpoints = [(url, secret) for url, secret in given.pop("to")]
    for name, value in given.items():
        if name not in SWITCHES:
            raise Refused(f"No such switch: {name}")
        setattr(hooks, name, set(value) if name == "only" else value)
    if release is not None:
        hooks.release(release)
    return {name: getattr(hooks, name) for name in SWITCHES}


def send(at: "StandIn", event: str, times: int = 1) -> Thing:
    for _ in range(times):
        at.webhooks.send(at.store.get("event", event))
    return {"sent": times}


def journal(at: "StandIn") -> Thing:
    hooks = at.webhooks
    return {"requests": at.journal, "deliveries": hooks.journal, "held": hooks.kept}


def reset(at: "StandIn") -> Thing:
    at.reset()
    return {}


CALLS: dict[str, Callable[..., Any]] = {
    "pay": pay,
    "expire": expire,
    "arrive": arrive,
    "portal": press,
    "card": card,
    "forward": forward,
    "dispute": dispute,
    "dispute-over": dispute_over,
    "refund-fails": refund_fails,
    "fail": fail,
    "webhooks": webhooks,
    "send": send,
    "journal": journal,
    "reset": reset,
}
