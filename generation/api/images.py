"""`/api/images`: pictures found, described, rated, moved, thrown away and brought back (S198-S200).

Their files and what is said about them have doors of their own (`image.py`, `comments.py`).
"""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, QueryDict
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api.image_answers import LISTED, listed, tag, tags_of, told
from generation.gallery import acting, moving, pages
from generation.gallery.filters import Filter
from generation.gallery.rooms import Rooms
from generation.models import Image
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.etags import check_match
from pixazo.prepared import Rows
from pixazo.scopes import MANAGE, READ
from workspaces.models import Membership

LATEST = 20
TAGS = 50  # of a picture
OF_LISTS = ("limit", "cursor", "trash")
CHANGED = ("rating", "starred", "tags", "alt", "topic")
# What most ask for: of nothing in particular, by the usual numbers.
_NEWEST = {size: pages.Newest(size, LISTED) for size in (LATEST, paging.USUAL)}


class Images(Door):
    """As the gallery finds them, 20 unless `limit` says otherwise; `?trash=1`: what can be had
    back."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        rooms, asked = Rooms.of(request.user), filter_of(_query(request))
        limit = paging.limit_of(request, LATEST)
        after = request.query_params.get("cursor", "")
        if after and not pages.is_place(after, asked.order):
            raise paging.wrong_cursor()
        trash = request.query_params.get("trash") == "1"
        if limit in _NEWEST and not asked.values and not trash:
            found = _NEWEST[limit].page(rooms.all, after)
        else:
            rows = rooms.trash() if trash else rooms.pictures()
            found = pages.page(asked.apply(rows, rooms), asked.order, after, limit, LISTED)
        more = paging.following(request, found.after) if found.after else None
        return Response({"images": listed(request, found.images, rooms), "next": more})


class OneImage(Door):
    matches = True
    plain_texts = True
    scopes = {"GET": READ, "PATCH": MANAGE, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        return told(request, _found(Rooms.of(request.user), pk))

    def patch(self, request: DoorRequest, pk: UUID) -> Response:
        """`rating`, `starred`, `tags` (all of them), `alt`, and `topic`, where its request goes."""
        rooms = Rooms.of(request.user)
        image = _found(rooms, pk)
        sent = _sent(request)
        if set(sent) - {"topic"} and not rooms.markable(Image.objects.filter(pk=pk)).exists():
            sentence = _("You may look at this workspace, but not change what is in it.")
            raise UserError(sentence, code="read_only", status=403)
        if "topic" in sent:  # before anything is written: all of it, or nothing
            _check_may_change(rooms, image)
            moving.check(sent["topic"], Image.objects.filter(pk=pk), rooms)
        with transaction.atomic():
            # Whoever marks it at the same time waits, and then has read something else.
            Image.objects.select_for_update().filter(pk=pk).values("pk").first()
            image = _found(rooms, pk)
            check_match(request, tag(image, tags_of(image)))
            _mark(image, sent, rooms)
        if "topic" in sent:
            moving.move(sent["topic"], Image.objects.filter(pk=pk), rooms)
        return told(request, _found(rooms, pk))

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """Into the trash, for 30 days; with `?purge=1`, of what is there already, for good."""
        rooms = Rooms.of(request.user)
        purges = request.query_params.get("purge") == "1"
        image = get_object_or_404(rooms.trash(), pk=pk) if purges else _found(rooms, pk)
        _check_may_change(rooms, image)
        rows = Image.objects.filter(pk=pk)
        acting.act("purge" if purges else "trash", "", rows, rooms)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Restore(Door):
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        rooms = Rooms.of(request.user)
        image = get_object_or_404(_thrown(rooms), pk=pk)
        _check_may_change(rooms, image)
        acting.act("restore", "", Image.objects.filter(pk=pk), rooms)
        return told(request, _found(rooms, pk))


def _found(rooms: Rooms, pk: UUID) -> Image:
    image = _SEEN.first(pk=pk)
    if image is None or image.workspace_id not in rooms.all:
        raise Http404
    rooms.put_on([image])
    return image


_SEEN: Rows[Image] = Rows(
    lambda pk: Image.objects.visible().filter(pk=pk).select_related("job__batch__author"),
    planned_once=True,
    pk=UUID,
)


def _thrown(rooms: Rooms) -> Any:
    """What is not, or not any more, in the trash is found as well: it stays as it is."""
    return Image.objects.filter(workspace_id__in=rooms.all).select_related("job__batch")


def _check_may_change(rooms: Rooms, image: Image) -> None:
    memberships: dict[UUID, Membership] = {each.workspace_id: each for each in rooms.memberships}
    if not memberships[image.workspace_id].may_change(image.job.batch.author_id):
        sentence = _("Somebody else made this. Only they or the workspace's owner may change it.")
        raise UserError(sentence, code="not_yours", status=403)


def filter_of(query: QueryDict) -> Filter:
    """A page leaves out what it doesn't understand; a program is told."""
    asked = Filter.read(query)
    for name, value in query.items():
        if name in OF_LISTS or not value:
            continue
        if not hasattr(asked, name) or name in ("query", "values", "is_narrow", "chips"):
            raise paging.wrong(
                name, _("Nothing here is called %(name)s.") % {"name": repr(name)[:50]}
            )
        if name not in asked.values and value not in ("0", "newest"):
            raise paging.wrong(name, _("`%(name)s` can't be read.") % {"name": name})
    return asked


def _query(request: DoorRequest) -> QueryDict:
    query: QueryDict = request.query_params
    return query


def _sent(request: DoorRequest) -> dict[str, Any]:
    sent = dict(request.data)
    if unknown := set(sent) - set(CHANGED):
        sentence = _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)[:40]!r}"}
        raise UserError(sentence, code="invalid")
    rating, tags = sent.get("rating", 0), sent.get("tags", [])
    if isinstance(rating, bool) or rating not in range(6):
        raise paging.wrong("rating", _("A rating is a number from 0 to 5."))
    if not isinstance(sent.get("starred", False), bool):
        raise paging.wrong(
            "starred", _("`%(given)s` must be true or false.") % {"given": "starred"}
        )
    for name in ("alt", "topic"):
        if not isinstance(sent.get(name, ""), str):
            raise paging.wrong(name, _("`%(name)s` is a text.") % {"name": name})
    if not isinstance(tags, list) or len(tags) > TAGS or not all(isinstance(t, str) for t in tags):
        raise paging.wrong("tags", _("`tags` is a list of up to %(most)s texts.") % {"most": TAGS})
    return sent


def _mark(image: Image, sent: dict[str, Any], rooms: Rooms) -> None:
    rows = Image.objects.filter(pk=image.pk)
    if "rating" in sent:
        acting.act("rate", str(sent["rating"]), rows, rooms)
    if "starred" in sent:
        acting.act("star", "1" if sent["starred"] else "0", rows, rooms)
    if "alt" in sent:
        acting.describe(image, sent["alt"])
    if "tags" in sent:
        wanted = {acting.tag_of(each) for each in sent["tags"]}
        has = set(tags_of(image))
        for name in sorted(wanted - has):
            acting.act("tag", name, rows, rooms)
        for name in sorted(has - wanted):
            acting.act("untag", name, rows, rooms)
