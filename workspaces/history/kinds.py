"""What a workspace's history tells of: each kind of row, and what its fields are called."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from workspaces.models import SavedPrompt, Style, Theme, Topic, WordList, Workspace


@dataclass(frozen=True)
class Kind:
    name: str  # as in an address
    model: type[Any]
    label: str | Promise
    icon: str
    called: str = "name"
    edit: str = ""  # the name of the address where one is changed
    place: str = "workspace_id"  # the column that says where it is

    def versions(self, workspace: Workspace) -> QuerySet[Any]:
        """Of that workspace's rows, while they were there."""
        rows: QuerySet[Any] = self.model.history.filter(**{self.place: workspace.pk})
        return rows


@dataclass(frozen=True)
class Group:
    """Of deeds, of which no version is kept."""

    name: str
    label: str | Promise
    icon: str


GROUPS: Mapping[str, Group] = {
    group.name: group
    for group in (
        Group("people", gettext_lazy("People"), "people"),
        Group("pictures", gettext_lazy("Pictures"), "images"),
    )
}
KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("workspaces", Workspace, gettext_lazy("Workspace"), "easel", place="id"),
        Kind("topics", Topic, gettext_lazy("Topic"), "collection"),
        Kind("themes", Theme, gettext_lazy("Theme"), "brush", edit="theme_edit"),
        Kind("styles", Style, gettext_lazy("Style"), "palette", edit="style_edit"),
        Kind(
            "prompts",
            SavedPrompt,
            gettext_lazy("Saved prompt"),
            "bookmark",
            called="title",
            edit="prompt_edit",
        ),
        Kind("lists", WordList, gettext_lazy("Word list"), "list-ul", edit="list_edit"),
    )
}
FIELDS: Mapping[str, str | Promise] = {
    "name": gettext_lazy("Name"),
    "title": gettext_lazy("Title"),
    "description": gettext_lazy("Description"),
    "theme_id": gettext_lazy("Theme"),
    "style_id": gettext_lazy("Style"),
    "tags": gettext_lazy("Tags"),
    "prompt": gettext_lazy("Prompt"),
    "base_prompt": gettext_lazy("Base prompt"),
    "positive_prompt": gettext_lazy("Prompt"),
    "negative_prompt": gettext_lazy("Leave out"),
    "lines": gettext_lazy("Lines"),
    "model": gettext_lazy("Model"),
    "width": gettext_lazy("Width"),
    "height": gettext_lazy("Height"),
    "num_inference_steps": gettext_lazy("Steps"),
    "guidance_scale": gettext_lazy("Guidance"),
    "seed": gettext_lazy("Seed"),
}
# Said otherwise, or nothing to be told of.
NOT_TOLD = {"id", "deleted", "scope", "workspace_id"}


def name_of(field: str) -> str:
    """A column that has no words yet is told by its name."""
    return str(FIELDS.get(field, field.removesuffix("_id").replace("_", " ")))
