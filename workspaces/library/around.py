"""The themes and styles that a person may lay around a saved prompt, read once for all of them."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from workspaces.models import Scope, Style, Theme, Workspace
from workspaces.models.trashable import Trashable
from workspaces.placing import seen

Row = TypeVar("Row", bound=Trashable)


@dataclass(frozen=True)
class Around:
    user: Any

    @cached_property
    def themes(self) -> dict[str, Theme]:
        """By their ids, in the order in which people read them."""
        rows = seen(Theme.objects.living(), self.user).order_by("name", "id")
        return {str(row.pk): row for row in rows}

    @cached_property
    def styles(self) -> dict[str, Style]:
        rows = seen(Style.objects.living(), self.user).order_by("position", "name", "id")
        return {str(row.pk): row for row in rows}

    def theme_named(self, name: str, workspace: Workspace | None) -> Theme | None:
        return _named(self.themes, name, workspace)

    def style_named(self, name: str, workspace: Workspace | None) -> Style | None:
        return _named(self.styles, name, workspace)


def _named(rows: dict[str, Row], name: str, workspace: Workspace | None) -> Row | None:
    """That of the place before one's own, and that before the site's; of no other place."""
    known: Any = [row for row in rows.values() if getattr(row, "name", "") == name]
    place = workspace.pk if workspace else None
    here = [row for row in known if row.scope != Scope.WORKSPACE or row.workspace_id == place]
    rank = (Scope.WORKSPACE, Scope.PERSONAL, Scope.SITE)
    return min(here, key=lambda row: rank.index(Scope(row.scope)), default=None)
