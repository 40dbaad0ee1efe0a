"""What this room puts into an archive: what was kept for later in the workspace, and its topics."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pixazo.models import MadeAt
from workspaces.archive import bounds
from workspaces.archive.arriving import Arrival, add, created_of
from workspaces.archive.errors import Refused, TooMuch
from workspaces.archive.leaving import Leaving
from workspaces.archive.registry import Facts, Found, Section
from workspaces.archive.shape import Shape
from workspaces.models import (
    SavedPrompt,
    Scope,
    Style,
    Theme,
    Topic,
    WordList,
    saved_prompt,
    style,
    theme,
    word_list,
)
from workspaces.models.saved_prompt import plain_tags
from workspaces.models.trashable import Trashable


class Presets(Section):
    """Themes, styles, prompts and lists that belong to the workspace."""

    def __init__(
        self, name: str, title: Any, rank: int, shape: Shape, called: str, most: int
    ) -> None:
        self.name, self.title, self.rank = name, title, rank
        self.shape, self.called, self.most = shape, called, most

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        rows: Any = self.shape.model
        mine = rows.objects.living().filter(scope=Scope.WORKSPACE, workspace=leaving.workspace)
        for row in mine.order_by("id").iterator():
            number = leaving.number(self.name, row.pk)
            facts = {"number": number, "created": row.created.isoformat()}
            yield facts | self.shape.facts(row) | self.further(row, leaving)

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        fresh = self.read(row, arrival)
        there = self.there(arrival).get(getattr(fresh, self.called))
        if there is None:
            return [Found.NEW]
        arrival.note(self.name, row, there.pk)
        return [Found.SAME if self.shape.same(fresh, there) else Found.CONFLICT]

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        # Looked up before the first comes.
        judged = [(row, self.judge(row, arrival)[0]) for row in rows]
        for row, found in judged:
            self._bring(row, found, arrival)
        living: Any = self.shape.model
        if living.objects.living().filter(workspace=arrival.place).count() > self.most:
            said = _("%(title)s: a workspace may keep %(most)s of these.")
            raise TooMuch(said % {"title": self.title, "most": self.most})

    def _bring(self, row: Facts, found: Found, arrival: Arrival) -> None:
        fresh = self.read(row, arrival)
        if arrival.replaces(found):
            there = self.there(arrival)[getattr(fresh, self.called)]
            self.shape.put(fresh, there)
            there.write_over(None)
            self.brought(there, row, arrival)
        if arrival.adds(found):
            if found is Found.CONFLICT:
                self.rename(fresh, arrival)
            fresh.pk = arrival.new_id(self.name, created_of(row))
            arrival.note(self.name, row, fresh.pk)
            MadeAt.tell(fresh, created_of(row))
            fresh.save(force_insert=True)
            self.brought(fresh, row, arrival)

    def there(self, arrival: Arrival) -> dict[Any, Any]:
        """The oldest of each name."""
        rows: Any = self.shape.model
        return arrival.there(
            self.name,
            lambda workspace: {
                getattr(row, self.called): row
                for row in rows.objects.living().filter(workspace=workspace).order_by("-id")
            },
        )

    def read(self, row: Facts, arrival: Arrival) -> Any:
        """Unsaved, as the workspace's."""
        place = {"workspace": arrival.workspace, "owner": arrival.person}
        return self.shape.read(row, scope=Scope.WORKSPACE, **place)

    def rename(self, fresh: Any, arrival: Arrival) -> None:
        """So that both can be told from one another."""
        name, number = getattr(fresh, self.called), 1
        most = self.shape.longest(self.called)
        rows: Any = type(fresh).objects.living().filter(workspace=arrival.place)
        taken = set(rows.values_list(self.called, flat=True))
        while getattr(fresh, self.called) in taken:
            number += 1
            end = f"-{number}" if isinstance(fresh, WordList) else f" ({number})"
            setattr(fresh, self.called, name[: most - len(end)] + end)

    def further(self, row: Trashable, leaving: Leaving) -> dict[str, Any]:
        return {}

    def brought(self, row: Any, facts: Facts, arrival: Arrival) -> None:
        """It is written."""


class Themes(Presets):
    def further(self, row: Trashable, leaving: Leaving) -> dict[str, Any]:
        return {"is_begun_with": row.pk == leaving.workspace.theme_id}

    def brought(self, row: Any, facts: Facts, arrival: Arrival) -> None:
        if facts.get("is_begun_with") is True and arrival.place.theme_id is None:
            arrival.place.theme = row
            arrival.place.save(update_fields=["theme"])


class Prompts(Presets):
    def further(self, row: Any, leaving: Leaving) -> dict[str, Any]:
        return {"theme": leaving.ref(row.theme_id), "style": leaving.ref(row.style_id)}

    def read(self, row: Facts, arrival: Arrival) -> Any:
        fresh = super().read(row, arrival)
        if not isinstance(fresh.tags, list):
            raise Refused.because("json", "tags")
        fresh.tags = plain_tags(str(tag) for tag in fresh.tags)
        fresh.theme_id = arrival.id_of("themes", row.get("theme"))
        fresh.style_id = arrival.id_of("styles", row.get("style"))
        return fresh


class Topics(Section):
    name, title, rank = "topics", gettext_lazy("Topics"), 50
    shape = Shape(Topic, "name", "last_used")

    def rows(self, leaving: Leaving) -> Iterator[dict[str, Any]]:
        for row in leaving.workspace.topics.living().order_by("id").iterator():
            number = leaving.number(self.name, row.pk)
            yield {"number": number, "created": row.created.isoformat()} | self.shape.facts(row)

    def judge(self, row: Facts, arrival: Arrival) -> Sequence[Found]:
        """One of the same name is the same: what comes goes into it."""
        fresh = self.shape.read(row)
        there = arrival.there(
            self.name,
            lambda workspace: {
                topic.name: topic for topic in workspace.topics.living().order_by("-id")
            },
        ).get(fresh.name)
        if there is None:
            return [Found.NEW]
        arrival.note(self.name, row, there.pk)
        return [Found.SAME]

    def bring(self, rows: Sequence[Facts], arrival: Arrival) -> None:
        new = []
        created = {}
        for row in rows:
            if self.judge(row, arrival)[0] is Found.NEW:
                fresh = self.shape.read(row, workspace=arrival.place, author=arrival.person)
                fresh.pk = arrival.new_id(self.name, created_of(row))
                created[fresh.pk] = created_of(row)
                arrival.note(self.name, row, fresh.pk)
                new.append(fresh)
        add(new, created)
        most = bounds.MOST_ROWS[self.name]
        if new and arrival.place.topics.living().count() > most:
            said = _("%(title)s: a workspace may keep %(most)s of these.")
            raise TooMuch(said % {"title": self.title, "most": most})


THEMES = Themes(
    "themes",
    gettext_lazy("Themes"),
    10,
    Shape(Theme, "name", "base_prompt", "description"),
    "name",
    theme.MOST,
)
STYLES = Presets(
    "styles",
    gettext_lazy("Styles"),
    20,
    Shape(
        Style,
        *("name", "positive_prompt", "negative_prompt", "guidance_scale", "num_inference_steps"),
        *("seed", "model", "position"),
    ),
    "name",
    style.MOST,
)
PROMPTS = Prompts(
    "prompts",
    gettext_lazy("Saved prompts"),
    30,
    Shape(
        SavedPrompt,
        *("title", "tags", "prompt", "negative_prompt", "model", "width", "height"),
        *("num_inference_steps", "guidance_scale", "seed"),
    ),
    "title",
    saved_prompt.MOST,
)
LISTS = Presets(
    "lists",
    gettext_lazy("Word lists"),
    40,
    Shape(WordList, "name", "lines"),
    "name",
    word_list.MOST,
)
ALL = (THEMES, STYLES, PROMPTS, LISTS, Topics())
