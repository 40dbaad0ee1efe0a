"""Brings what somebody is told to wherever else they want to hear of it, once each."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.dispatch import receiver
from django.utils.timezone import now

from accounts.models import Delivery, Notice, Preference
from accounts.models.notice import was_told
from accounts.tasks import ring_after_commit
from accounts.telling.channels import named
from accounts.telling.kinds import BY_NAME, CHANNELS, key_of

WAIT_SECONDS = 120  # in which somebody who is there sees it, and needs no letter
IN_THE_PAGE = ("browser", "sound")  # what scripts do
# These write letters of their own, with more in them.
OWN_LETTERS = ("ticket", "work", "going")


@receiver(was_told)
def on_told(notice: Notice, **kwargs: Any) -> None:
    if notice.kind:
        known: dict[str, Any] = {"notice": notice.pk, "facts": notice.facts}
        reach(notice.user, notice.kind, notice.text, notice.link, str(notice.pk), **known)


def reach(
    user: Any,
    kind: str,
    text: str,
    link: str,
    key: str,
    *,
    notice: UUID | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """By every channel that they chose for this kind. `key` is the happening's: twice the same is
    sent once. `facts` are for programs, which read no sentences."""
    for channel in wanted(user, kind):
        if channel != "mail":
            payload: dict[str, Any] = {"kind": kind, "text": text, "link": link}
            payload["at"] = now().isoformat()
            if channel == "webhook":
                payload["data"] = facts or {}
            known: dict[str, Any] = {"user": user, "kind": kind, "notice": notice}
        elif kind in OWN_LETTERS:
            continue
        else:  # written when it leaves, in the words of that moment
            payload, known = {}, {"user": user, "kind": kind, "notice": notice}
            known["wait"] = WAIT_SECONDS
        ring_after_commit(Delivery.objects.put(f"{channel}:{key}", channel, payload, **known))


def wanted(user: Any, kind: str) -> Sequence[str]:
    """The channels beside the page's own, with one question to the database."""
    known = BY_NAME[kind]
    ours = [name for name in known.channels if name not in IN_THE_PAGE]
    keys = [key_of(name, kind) for name in ours]
    chosen = dict(Preference.objects.filter(user=user, key__in=keys).values_list("key", "value"))
    return [
        name
        for name, key in zip(ours, keys, strict=True)
        if named(name) and chosen.get(key, known.channels[name])
    ]


def wants(user: Any, channel: str, kind: str) -> bool:
    return channel in wanted(user, kind)


def offered(user: Any, *, has_webhook: bool) -> list[dict[str, Any]]:
    """What the page of choices shows: for each kind its switches, of channels that are there."""
    there = {name for name in CHANNELS if _is_there(name, user, has_webhook)}
    return [
        {
            "kind": kind,
            "switches": [_switch(kind.name, each) for each in kind.channels if each in there],
        }
        for kind in BY_NAME.values()
        if user.is_staff or not kind.is_for_staff
    ]


def _is_there(name: str, user: Any, has_webhook: bool) -> bool:
    if name in IN_THE_PAGE:
        return True
    if name == "webhook":
        return has_webhook
    channel = named(name)
    return channel is not None and channel.is_for(user)


def _switch(kind: str, channel: str) -> dict[str, Any]:
    return {"key": key_of(channel, kind), "title": CHANNELS[channel], "channel": channel}
