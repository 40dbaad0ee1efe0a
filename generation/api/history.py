"""`/api/workspaces/…/history`: who changed what, and the way back."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework.response import Response

from generation.api.place import membership_named
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.paging import CURSOR, following, wrong_cursor
from pixazo.problems import is_v1
from pixazo.scopes import MANAGE, READ
from workspaces.history import reading, restoring
from workspaces.history.doing import GONE, Done
from workspaces.history.kinds import GROUPS, KINDS, Kind


class History(Door):
    """Newest first; `?kind=`, `?person=` an id or `gone`, `?before=` a moment."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest, workspace: str) -> Response:
        membership = membership_named(request.user, workspace)
        query = request.query_params
        kind = query.get("kind", "")
        if kind and kind not in KINDS and kind not in GROUPS:
            said = ", ".join([*KINDS, *GROUPS])
            raise _invalid("kind", _("“kind” is one of: %(kinds)s.") % {"kinds": said})
        page = reading.page(membership, kind, _person(query), _before(query))
        more = None
        if page.older:
            name = CURSOR if is_v1(request) else "before"
            more = following(request, page.older.isoformat(), name)
        return Response({"history": [answer(each) for each in page.entries], "next": more})


class Version(Door):
    """What having it back would change: `from` now, `to` what it said then."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest, workspace: str, kind: str, pk: int) -> Response:
        membership = membership_named(request.user, workspace)
        entry = reading.entry(membership, _kind(kind, pk), pk)
        if entry is None:
            raise Http404
        return Response(answer(entry))


class Restore(Door):
    """`over`: the `newest` that was read; if it is another one by now, nothing happens (409)."""

    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, workspace: str, kind: str, pk: int) -> Response:
        membership = membership_named(request.user, workspace)
        over = request.data.get("over")
        if over is not None and (not isinstance(over, int) or isinstance(over, bool)):
            raise _invalid("over", _("“over” is the number of a version."))
        found = _kind(kind, pk)
        row = restoring.restore(membership, found, pk, over)
        return Response({"id": str(row.pk), "kind": kind, "name": getattr(row, found.called)})


def answer(entry: reading.Entry | Done) -> dict[str, Any]:
    known: dict[str, Any] = {"kind": entry.kind.name, "at": entry.moment, "by": entry.who}
    if isinstance(entry, Done):
        deed = entry.deed
        return known | {
            "what": deed.kind,
            "whom": deed.whom.username if deed.whom else None,
            "role": deed.role or None,
            "count": deed.count,
        }
    return known | {
        "version": entry.version.pk,
        "newest": entry.newest,
        "id": str(entry.version.id),
        "name": entry.title,
        "what": entry.what,
        "changes": [
            {"field": each.name, "from": each.before, "to": each.after} for each in entry.changes
        ],
        "may_restore": entry.may_restore,
    }


def _kind(name: str, pk: int) -> Kind:
    if name not in KINDS or pk > 2**63 - 1:
        raise Http404
    return KINDS[name]


def _person(query: Any) -> UUID | str | None:
    said = query.get("person", "")
    if not said or said == GONE:
        return said or None
    try:
        return UUID(said)
    except ValueError:
        raise _invalid("person", _("“person” is the id of somebody, or “gone”.")) from None


def _before(query: Any) -> Any:
    name = CURSOR if CURSOR in query else "before"
    said = query.get(name, "")
    if not said:
        return None
    try:
        found = parse_datetime(said)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        if name == CURSOR:
            raise wrong_cursor()
        raise _invalid("before", _("“before” is a moment with its time zone."))
    return found


def _invalid(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})
