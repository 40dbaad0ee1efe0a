"""What a person threw away besides pictures, and the way back: workspaces, topics, experiments,
styles and the like.

Pictures lie in the gallery's own trash. The collector forgets both after the same time.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from generation import topics
from generation.collector import TRASH_DAYS
from generation.gallery.rooms import Rooms
from generation.models import Experiment
from workspaces import resting
from workspaces.models import SavedPrompt, Scope, Style, Theme, Topic, WordList, Workspace
from workspaces.roles import Action

MOST = 200  # of each kind, the newest


@dataclass(frozen=True)
class Kind:
    """Of a room above. A row has `shown_title`, `deleted` and `restore()`."""

    name: str  # as in an address
    title: Any  # as people call one of them
    icon: str
    rows: Callable[[Rooms], QuerySet[Any]]  # that the person may take out of the trash, and others


_further: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    _further[kind.name] = kind


@dataclass(frozen=True)
class Thrown:
    kind: str  # as in an address
    row: Any
    workspace: Workspace | None  # None: it was for every workspace

    @property
    def name(self) -> str:
        row = self.row
        if isinstance(row, Workspace):
            return row.name
        if self.kind in _further:
            return str(row.shown_title)
        return str(row.name if isinstance(row, Style | Theme | WordList) else row.title)

    @property
    def further(self) -> Kind | None:
        """What its room says of it, where that is one above."""
        return _further.get(self.kind)

    @property
    def deleted(self) -> datetime:
        deleted: datetime = self.row.deleted
        return deleted

    @property
    def until(self) -> datetime:
        """Then the collector may forget it."""
        return self.deleted + timedelta(days=TRASH_DAYS)

    def put_back(self) -> bool:
        """False if somebody else was first. Raises `UserError` where a workspace has no room."""
        if isinstance(self.row, Workspace):
            return resting.restore(self.row)
        if isinstance(self.row, Topic):
            return topics.restore(self.row)
        return bool(self.row.restore())


def _newest(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by("-deleted", "-id")[:MOST]


def thrown_by(
    rooms: Rooms, some: Callable[[QuerySet[Any]], QuerySet[Any]] = _newest
) -> list[Thrown]:
    """All that this person may take out of the trash, what went last first; `some` of each kind."""
    known = _workspaces(rooms)
    found = [
        Thrown(kind, row, known.get(getattr(row, "workspace_id", None)))
        for kind, rows in _kinds(rooms).items()
        for row in some(rows)
    ]
    return sorted(found, key=lambda thrown: (thrown.deleted, thrown.row.pk), reverse=True)


def find(rooms: Rooms, kind: str, pk: UUID) -> Thrown:
    """404 for what is not in the trash, or is somebody else's."""
    rows = _kinds(rooms).get(kind)
    row = rows.filter(pk=pk).first() if rows is not None else None
    if row is None:
        raise Http404
    return Thrown(kind, row, _workspaces(rooms).get(getattr(row, "workspace_id", None)))


def thrown_workspace(user: Any, pk: UUID) -> Workspace:
    """Of their own, in the trash; 404 for any other."""
    row: Workspace = get_object_or_404(Workspace.objects.thrown(), owner=user, pk=pk)
    return row


def _kinds(rooms: Rooms) -> dict[str, QuerySet[Any]]:
    """The owner of a workspace changes everything in it, an editor what is theirs."""
    owned = rooms.where(Action.CHANGE_ALL)
    made = {"workspace__in": rooms.where(Action.CHANGE_OWN)}
    authored = Q(workspace__in=owned) | Q(author=rooms.user, **made)
    kept = Q(scope=Scope.PERSONAL, owner=rooms.user) | (
        Q(scope=Scope.WORKSPACE) & (Q(workspace__in=owned) | Q(owner=rooms.user, **made))
    )
    rows: dict[str, QuerySet[Any]] = {
        # Nobody works there: it is its owner's to have back.
        "workspaces": Workspace.objects.thrown().filter(owner=rooms.user),
        "topics": Topic.objects.filter(authored),
        "experiments": Experiment.objects.filter(authored),
        "styles": Style.objects.filter(kept),
        "themes": Theme.objects.filter(kept),
        "prompts": SavedPrompt.objects.filter(kept),
        "lists": WordList.objects.filter(kept).defer("lines"),
    }
    rows |= {kind.name: kind.rows(rooms) for kind in _further.values()}
    return {kind: each.exclude(deleted=None) for kind, each in rows.items()}


def _workspaces(rooms: Rooms) -> dict[Any, Workspace]:
    """They are known: no look at one for each row."""
    return {each.workspace_id: each.workspace for each in rooms.memberships}
