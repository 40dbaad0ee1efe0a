"""Finds saved prompts: by words, by a tag, by where they are kept."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from workspaces.models import SavedPrompt, Scope
from workspaces.models.saved_prompt import SavedPromptQuerySet
from workspaces.placing import seen

OWN = "own"  # the place of what is one's own, beside the ids of workspaces
MOST_TAGS = 24  # offered as filters
LOOKED_AT = 5_000  # rows whose tags are counted
LONGEST = 200  # characters of a search


@dataclass(frozen=True)
class Search:
    words: str = ""
    tag: str = ""
    place: str = ""

    @classmethod
    def read(cls, sent: Mapping[str, str]) -> "Search":
        """From an address: `q`, `tag`, `in`."""
        return cls(*(sent.get(name, "").strip()[:LONGEST] for name in ("q", "tag", "in")))

    def __bool__(self) -> bool:
        return bool(self.words or self.tag or self.place)

    def found(self, user: Any) -> SavedPromptQuerySet:
        rows = self._there(user).with_words(self.words)
        return rows.with_tag(self.tag) if self.tag else rows

    def tags(self, user: Any) -> list[tuple[str, int]]:
        """Of all that is kept there, those used most; how often each is."""
        counted: Counter[str] = Counter()
        written: dict[str, str] = {}
        for tags in self._there(user).order_by("-id").values_list("tags", flat=True)[:LOOKED_AT]:
            for tag in tags:
                counted[tag.casefold()] += 1
                written.setdefault(tag.casefold(), tag)
        ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
        tags = [(written[tag], count) for tag, count in ordered[:MOST_TAGS]]
        # The one that is chosen is there to be let go again, however seldom it is.
        chosen = self.tag.casefold()
        if chosen and chosen not in (tag.casefold() for tag, _count in tags):
            tags.append((self.tag, counted[chosen]))
        return tags

    def _there(self, user: Any) -> SavedPromptQuerySet:
        rows: Any = seen(SavedPrompt.objects.living(), user)
        if self.place == OWN:
            return rows.filter(scope=Scope.PERSONAL)
        if self.place:
            try:
                return rows.filter(scope=Scope.WORKSPACE, workspace=UUID(self.place))
            except ValueError:
                return rows.none()
        return rows
