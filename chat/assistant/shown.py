"""A proposal as pages show it. Chats come from files, too: what is in it may be anything."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy

from chat.assistant.change_set import PARTS
from chat.assistant.consulting import reason_of, text_of, texts_of
from generation.contract import PROMPT_LENGTH
from generation.lineage import Words, words_of
from workspaces.names import plain_text

LABELS = {
    "prompt": gettext_lazy("Prompt"),
    "negative_prompt": gettext_lazy("Leave out"),
    "model": gettext_lazy("Model"),
    "style": gettext_lazy("Style"),
    "size": gettext_lazy("Size"),
    "num_inference_steps": gettext_lazy("Steps"),
}
# What each part may put into the form, and of what kind.
VALUES: dict[str, dict[str, type]] = {
    "prompt": {"prompt": str},
    "negative_prompt": {"negative_prompt": str},
    "model": {"model": str},
    "style": {"style": str},
    "size": {"width": int, "height": int},
    "num_inference_steps": {"num_inference_steps": int},
}
TEXTS = ("prompt", "negative_prompt")
MOST_PARTS, MOST_NOTES, MOST_CALLS = 12, 12, 12
LONGEST_NAME = 100


@dataclass(frozen=True)
class ShownPart:
    index: int  # its place in what was proposed
    name: str
    before: str
    after: str
    reason: str
    values: Mapping[str, Any]
    is_taken: bool

    @property
    def label(self) -> str:
        return str(LABELS[self.name])

    @property
    def words(self) -> list[Words]:
        """What is otherwise by word, of texts that were there before."""
        is_text = self.name in TEXTS and bool(self.before)
        return list(words_of(self.before, self.after)) if is_text else []


@dataclass(frozen=True)
class Shown:
    parts: tuple[ShownPart, ...]
    notes: tuple[str, ...]
    calls: tuple[str, ...]
    by: str

    @property
    def is_taken(self) -> bool:
        return any(each.is_taken for each in self.parts)

    @property
    def taken(self) -> int:
        return sum(each.is_taken for each in self.parts)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left that could still be taken."""
        return self.taken == len(self.parts) or (self.is_choice and self.is_taken)

    @property
    def is_choice(self) -> bool:
        """Whether several parts are for the same thing: one of them is to be chosen."""
        return len({each.name for each in self.parts}) < len(self.parts)

    @property
    def for_script(self) -> str:
        """What the card's element needs of each part, as JSON."""
        known = [
            {"index": each.index, "name": each.name, "values": each.values, "why": each.reason}
            for each in self.parts
        ]
        return json.dumps(known)


def shown(proposal: Any) -> Shown:
    known = proposal if isinstance(proposal, dict) else {}
    parts = tuple(_parts(known))
    notes = tuple(texts_of(known.get("notes") or [], MOST_NOTES))
    calls = tuple(texts_of(known.get("calls") or [], MOST_CALLS))
    return Shown(parts, notes, calls, reason_of(known.get("by"))[:LONGEST_NAME])


def kept(proposal: Any) -> dict[str, Any] | None:
    """What of somebody else's can be shown, as a message keeps it; None for what says nothing."""
    found = shown(proposal)
    if not (found.parts or found.notes or found.calls):
        return None
    parts = [
        {
            "name": each.name,
            "before": each.before,
            "after": each.after,
            "values": each.values,
            "reason": each.reason,
        }
        for each in found.parts
    ]
    known: dict[str, Any] = {"parts": parts, "notes": list(found.notes), "by": found.by}
    if found.calls:
        known["calls"] = list(found.calls)
    if taken := [place for place, each in enumerate(found.parts) if each.is_taken]:
        known["applied"] = taken
    return known


def _parts(known: Mapping[str, Any]) -> Iterator[ShownPart]:
    parts = known.get("parts")
    taken = known.get("applied")
    for index, each in enumerate(parts[:MOST_PARTS] if isinstance(parts, list) else ()):
        if not isinstance(each, Mapping) or each.get("name") not in PARTS:
            continue
        name = each["name"]
        values = _values(each.get("values"), VALUES[name])
        if values is None:
            continue
        yield ShownPart(
            index,
            name,
            text_of(each.get("before"), PROMPT_LENGTH),
            text_of(each.get("after"), PROMPT_LENGTH),
            reason_of(each.get("reason")),
            values,
            isinstance(taken, list) and index in taken,
        )


def _values(given: Any, kinds: Mapping[str, type]) -> dict[str, Any] | None:
    if not isinstance(given, Mapping):
        return None
    found = {}
    for name, kind in kinds.items():
        value = given.get(name)
        if isinstance(value, bool) or not isinstance(value, kind):
            return None
        found[name] = plain_text(value)[:PROMPT_LENGTH] if isinstance(value, str) else value
    return found
