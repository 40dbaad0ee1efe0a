"""`POST /api/images/act`: what the gallery does to many pictures at once, for programs."""

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from rest_framework.response import Response

from generation.api.images import filter_of
from generation.gallery import acting, moving
from generation.gallery.filters import uuid_or_none
from generation.gallery.rooms import Rooms
from generation.models import Image
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import MANAGE

MOST = 1_000  # named one by one; more go by the search
MOVE = "move"
ACTIONS = (*acting.ACTIONS, MOVE)
FIELDS = ("action", "value", "ids", "query", "trash", "until")


class Many(Door):
    """`action` and its `value`, on the pictures with these `ids`, or on all that a search finds.

    What the caller may not change is left out, as on the page; how many were changed is said."""

    plain_texts = True
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest) -> Response:
        sent = request.data
        if unknown := set(sent) - set(FIELDS):
            sentence = _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)[:40]!r}"}
            raise UserError(sentence, code="invalid")
        rooms, action = Rooms.of(request.user), sent.get("action")
        if action not in ACTIONS:
            sentence = _("`%(name)s` is one of: %(values)s.")
            known = {"name": "action", "values": ", ".join(ACTIONS)}
            raise paging.wrong("action", sentence % known)
        images, value = _chosen(sent, rooms), _value(action, sent.get("value"))
        if action == MOVE:
            return Response({"count": moving.move(value, images, rooms)["count"]})
        return Response({"count": acting.act(action, value, images, rooms)})


def _chosen(sent: dict[str, Any], rooms: Rooms) -> QuerySet[Image]:
    if ("ids" in sent) == ("query" in sent):
        raise UserError(_("Send `ids`, or the `query` of a search."), code="invalid")
    if "ids" in sent:
        there = Image.objects.filter(workspace_id__in=rooms.all)
        return there.filter(pk__in=_ids(sent["ids"]))
    query, trash = sent["query"], sent.get("trash", False)
    if not isinstance(query, str):
        raise paging.wrong("query", _("`%(name)s` is a text.") % {"name": "query"})
    if not isinstance(trash, bool):
        sentence = _("`%(given)s` must be true or false.") % {"given": "trash"}
        raise paging.wrong("trash", sentence)
    # Nothing of it is left out in silence: that would find more than was meant.
    asked = filter_of(QueryDict(query))
    found = asked.apply(rooms.trash() if trash else rooms.pictures(), rooms)
    return found.filter(pk__lte=_ids([sent["until"]], "until")[0]) if "until" in sent else found


def _ids(given: Any, name: str = "ids") -> list[UUID]:
    known = given if isinstance(given, list) and 0 < len(given) <= MOST else []
    pks = [uuid_or_none(each) if isinstance(each, str) else None for each in known]
    found = [pk for pk in pks if pk]
    if not found or len(found) < len(pks):
        if name != "ids":
            raise paging.wrong(name, _("`%(name)s` is an id.") % {"name": name})
        raise paging.wrong(name, _("`ids` is a list of up to %(most)s ids.") % {"most": MOST})
    return found


def _value(action: str, given: Any) -> str:
    """As the page's form says it."""
    if action == "star":
        if not isinstance(given, bool):
            sentence = _("`%(given)s` must be true or false.") % {"given": "value"}
            raise paging.wrong("value", sentence)
        return "1" if given else "0"
    if action == "rate":
        if type(given) is not int or given not in range(6):
            raise paging.wrong("value", _("A rating is a number from 0 to 5."))
        return str(given)
    if action in ("tag", "untag", MOVE):
        if not isinstance(given, str):
            raise paging.wrong("value", _("`%(name)s` is a text.") % {"name": "value"})
        return given
    if given is not None:
        raise paging.wrong("value", _("This action takes no `value`."))
    return ""
