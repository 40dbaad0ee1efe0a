"""A page of a workspace's history: what happened, newest first, in a bounded number of queries."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from workspaces.history.doing import GONE, Done, deeds
from workspaces.history.kinds import GROUPS, KINDS, NOT_TOLD, Kind, name_of
from workspaces.models import Membership, Style, Theme, Workspace
from workspaces.models.comment import NOBODY
from workspaces.models.history import ITSELF, is_like

PAGE = 30
AROUND, LONGEST = 30, 200  # characters: about what differs, and of all that is shown of it
WHOLE = 5_000  # of what somebody is about to have back


@dataclass(frozen=True)
class Change:
    name: str
    before: str
    after: str


@dataclass(frozen=True)
class Entry:
    kind: Kind
    version: Any
    before: Any  # the version before it, as far as it was in this workspace and is still kept
    came: bool  # that one was elsewhere
    newest: int  # the number of the row's latest version
    is_present: bool  # says what that one does
    row: Any  # None: it is elsewhere now
    may_change: bool
    changes: list[Change]

    @property
    def moment(self) -> datetime:
        moment: datetime = self.version.history_date
        return moment

    @property
    def title(self) -> str:
        name = getattr(self.version, self.kind.called)
        return name or (_("New topic") if self.kind.name == "topics" else "")

    @property
    def who(self) -> str:
        if self.version.history_change_reason == ITSELF:
            return _("The site itself")
        user = self.version.history_user
        return user.username if user else str(NOBODY)

    @property
    def what(self) -> str:
        """One of: created, came, thrown, back, changed."""
        if self.before is None and self.version.history_type == "+":
            return "created"
        if self.came:
            return "came"
        was, is_ = (getattr(each, "deleted", None) for each in (self.before, self.version))
        if bool(was) != bool(is_):
            return "thrown" if is_ else "back"
        return "changed"

    @property
    def link(self) -> str:
        """Where the row is looked at, while it is there."""
        if self.row is None or getattr(self.row, "deleted", None):
            return ""
        if self.kind.name == "topics":
            return f"{self.version.workspace.get_absolute_url()}?topic={self.row.pk}"
        if self.kind.edit and self.may_change:
            return reverse(self.kind.edit, args=[self.row.pk])
        return ""

    @property
    def may_restore(self) -> bool:
        """What was thrown away is had back as a whole first, where that is more than its row."""
        if self.row is None or not self.may_change or getattr(self.version, "deleted", None):
            return False
        is_gone = bool(getattr(self.row, "deleted", None))
        return self.kind.name != "topics" if is_gone else not self.is_present


@dataclass(frozen=True)
class Page:
    entries: list[Entry | Done]
    older: datetime | None  # where the next page begins: `?before=`


def page(
    membership: Membership,
    kind: str = "",
    person: UUID | str | None = None,
    before: datetime | None = None,
) -> Page:
    """`person`: an id, or `GONE`."""
    chosen = [KINDS[kind]] if kind in KINDS else list(KINDS.values())
    done = deeds(membership.workspace, kind, person)
    done = done.none() if kind in KINDS else done
    if kind in GROUPS:
        chosen = []
    done = done.filter(done__lt=before) if before else done
    acts = {each.pk: Done(each) for each in done.order_by("-done", "-id")[: PAGE + 1]}
    found: list[tuple[datetime, Any, str]] = [
        (each.moment, pk, each.kind.name) for pk, each in acts.items()
    ]
    for each in chosen:
        rows = each.versions(membership.workspace)
        if person == GONE:
            rows = rows.filter(history_user=None).exclude(history_change_reason=ITSELF)
        elif person:
            rows = rows.filter(history_user=person)
        if before:
            rows = rows.filter(history_date__lt=before)
        light = rows.order_by("-history_date", "-history_id").values_list("history_date", "pk")
        found += [(date, pk, each.name) for date, pk in light[: PAGE + 1]]
    found.sort(key=lambda each: (each[0], str(each[1])), reverse=True)
    shown = found[:PAGE]
    told = _entries(membership, [each for each in shown if each[1] not in acts])
    entries = [acts[pk] if pk in acts else told.get((name, pk)) for _date, pk, name in shown]
    return Page(
        [each for each in entries if each], found[PAGE - 1][0] if len(found) > PAGE else None
    )


def _entries(
    membership: Membership, found: Sequence[tuple[datetime, int, str]]
) -> dict[tuple[str, int], Entry]:
    """By kind and number of the version."""
    told: dict[tuple[str, int], Entry] = {}
    for name in {each for _date, _pk, each in found}:
        pks = [pk for _date, pk, each in found if each == name]
        for entry in _of_kind(membership, KINDS[name], pks):
            told[name, entry.version.pk] = entry
    _put_names_on(membership, told.values())
    return told


def entry(membership: Membership, kind: Kind, pk: int) -> Entry | None:
    """One alone, whose changes are those that having it back would make."""
    found = list(_of_kind(membership, kind, list(_there(membership, kind, pk))))
    if not found or found[0].row is None:
        return None
    row = kind.model.objects.get(pk=found[0].row.pk)
    alone = replace(found[0], before=row, row=row, came=False)
    _put_names_on(membership, [alone], longest=WHOLE)
    return alone


def _there(membership: Membership, kind: Kind, pk: int) -> QuerySet[Any]:
    return kind.versions(membership.workspace).filter(pk=pk).values_list("pk", flat=True)


def people(workspace: Workspace) -> tuple[list[Any], list[Any], bool]:
    """Who works here, who does no longer and did something that is still told of, and whether
    anything is told of somebody whose account is gone."""
    members = [each.user for each in workspace.memberships.select_related("user")]
    known: set[Any] = set(workspace.deeds.values_list("by", flat=True).distinct())
    for kind in KINDS.values():
        rows = kind.versions(workspace).exclude(history_change_reason=ITSELF).order_by()
        known.update(rows.values_list("history_user", flat=True).distinct())
    is_gone = None in known
    known -= {None, *(each.pk for each in members)}
    others = get_user_model().objects.filter(pk__in=known)
    return sorted(members, key=_called), sorted(others, key=_called), is_gone


def _called(user: Any) -> str:
    return str(user.username).casefold()


def _of_kind(membership: Membership, kind: Kind, pks: list[int]) -> Iterable[Entry]:
    """Three queries."""
    others: QuerySet[Any] = kind.model.history.filter(id=OuterRef("id")).order_by("-history_id")
    earlier = others.filter(history_id__lt=OuterRef("history_id")).values("history_id")
    versions = kind.model.history.filter(pk__in=pks).select_related("history_user")
    versions = versions.annotate(
        before_id=Subquery(earlier[:1]), newest=Subquery(others.values("history_id")[:1])
    )
    versions = list(versions)
    others_of = {pk for each in versions for pk in (each.before_id, each.newest) if pk}
    known = {each.pk: each for each in versions}
    known |= kind.model.history.in_bulk(others_of - known.keys())
    rows = kind.model.objects.filter(**{kind.place: membership.workspace_id})
    if kind.name == "lists":
        rows = rows.defer("lines")
    there = rows.in_bulk([each.id for each in versions])
    for version in versions:
        # What it said before it came here is nobody's business here.
        earlier_one = known.get(version.before_id)
        came = bool(earlier_one) and getattr(earlier_one, kind.place) != membership.workspace_id
        if came:
            earlier_one = None
        row = there.get(version.id)
        if kind.name == "topics":
            version.workspace = membership.workspace
        may = row is not None and may_change(membership, kind, row)
        same = says_like(version, known[version.newest])
        yield Entry(kind, version, earlier_one, came, version.newest, same, row, may, [])


def says_like(one: Any, other: Any) -> bool:
    """Wherever the two are."""
    names = [each.attname for each in one.tracked_fields if each.attname not in NOT_TOLD]
    return all(getattr(one, name) == getattr(other, name) for name in names)


def may_change(membership: Membership, kind: Kind, row: Any) -> bool:
    match kind.name:
        case "workspaces":
            return membership.may_manage()
        case "topics":
            return membership.may_change(row.author_id)
        case _:
            return bool(row.may_change(membership))


def _put_names_on(membership: Membership, entries: Iterable[Entry], longest: int = LONGEST) -> None:
    """Fill in what has changed, with the names of themes and styles for their ids, as far as
    whoever reads this may see them: what others keep for themselves has no name here."""
    pairs = [
        (entry, field.attname, getattr(entry.before, field.attname), value)
        for entry in entries
        if entry.before is not None and not is_like(entry.version, entry.before)
        for field in entry.version.tracked_fields
        if field.attname not in NOT_TOLD
        and (value := getattr(entry.version, field.attname)) != getattr(entry.before, field.attname)
    ]
    wanted = {
        name: {value for _e, field, *values in pairs if field == name for value in values if value}
        for name in ("theme_id", "style_id")
    }
    names: dict[Any, str] = {}
    models: tuple[tuple[str, Any], ...] = (("theme_id", Theme), ("style_id", Style))
    for field, model in models:
        rows = model.objects.usable_or_trashed_in(membership.workspace, membership.user)
        names |= dict(rows.filter(pk__in=wanted[field]).values_list("pk", "name"))
    for entry, field, was, is_ in pairs:
        one, other = _parts(_text(was, names), _text(is_, names), longest)
        entry.changes.append(Change(name_of(field), one, other))


def _text(value: Any, names: Mapping[Any, str]) -> str:
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(each) for each in value)
    if isinstance(value, UUID):
        return names.get(value, _("something that is no longer there"))
    return str(value)


def _parts(one: str, other: str, longest: int) -> tuple[str, str]:
    """Two texts without the most of what they begin and end with alike."""
    if max(len(one), len(other)) <= longest:
        return one, other
    begin = _alike(one, other)
    end = _alike(one[begin:][::-1], other[begin:][::-1])
    skip = max(0, begin - AROUND)

    def part(text: str) -> str:
        last = min(len(text), len(text) - end + AROUND)
        shown = text[skip:last]
        marks = ("…" if skip else "", "…" if last < len(text) else "")
        if len(shown) > longest:
            shown, marks = shown[:longest], (marks[0], "…")
        return f"{marks[0]}{shown}{marks[1]}"

    return part(one), part(other)


def _alike(one: str, other: str) -> int:
    """How many characters both begin with. By halves: a list may have 200,000 of them."""
    same, most = 0, min(len(one), len(other))
    while same < most:
        middle = (same + most + 1) // 2
        if one[same:middle] == other[same:middle]:
            same = middle
        else:
            most = middle - 1
    return same
