"""`/api/topics`: the topics of a workspace, made, named, covered, thrown away and brought back."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation import topics
from generation.api.place import place_of
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.etags import check_match, etag
from pixazo.scopes import MANAGE, READ
from workspaces.access import membership_of
from workspaces.models import Membership, Topic, Workspace
from workspaces.models.topic import topic_id

BY = ("-last_used", "-id")  # as `topics.listed` has them


class Topics(Door):
    """Used last first; `?workspace=` is a slug, else where the caller worked last; `?limit=`."""

    scopes = {"GET": READ, "POST": MANAGE}
    repeats = ("POST",)

    def get(self, request: DoorRequest) -> Response:
        slug = request.query_params.get("workspace", "")
        user = request.user
        if slug:
            workspace = membership_of(user, slug if slug.isprintable() else "").workspace
        else:
            workspace = Workspace.objects.home_of(user)
        rows, limit = paging.after(request, workspace.topics.living(), BY), paging.limit_of(request)
        found = topics.listed(rows, limit + 1)
        more = (
            paging.following(request, paging.cursor(found[limit - 1], BY))
            if len(found) > limit
            else None
        )
        answers = [_answer(request, row, workspace) for row in found[:limit]]
        return Response({"topics": answers, "next": more})

    def post(self, request: DoorRequest) -> Response:
        """`name` may be left out: the first prompt then gives one."""
        workspace, _topic = place_of(request.user, _text(request, "workspace"), "")
        given = _text(request, "name")
        name = topics.name_of(given) if given else ""
        topic = topics.create(workspace, request.user, name)
        topic.announce()
        return Response(_shown(request, topic), status=status.HTTP_201_CREATED)


class TopicDoor(Door):
    matches = True
    scopes = {"GET": READ, "PATCH": MANAGE, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        return _told(request, _found(request, pk))

    def patch(self, request: DoorRequest, pk: UUID) -> Response:
        """`name`, `cover` (the id of one of its pictures, null for its first), or both. With `was`,
        the title as it was read, a name that somebody else gave it meanwhile stays: 409."""
        topic = _found(request, pk)
        membership = _membership(request, topic)
        check_match(request, _tag(topic))
        if unknown := set(request.data) - {"name", "cover", "was"}:
            raise UserError(
                _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)!r}"},
                code="invalid",
            )
        if "name" in request.data:
            matched = topic.title if request.headers.get("If-Match") else None
            was = _text(request, "was") if "was" in request.data else matched
            topics.rename(membership, topic, _text(request, "name"), was)
        if "cover" in request.data:
            topics.choose_cover(membership, topic, _cover(request))
        return _told(request, _found(request, pk))

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """Into the trash, with all that is in it, for 30 days."""
        topic = _found(request, pk)
        topics.remove(_membership(request, topic), topic)
        return Response(status=status.HTTP_204_NO_CONTENT)


class Restore(Door):
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        topic = _found(request, pk, Topic.objects.all())
        topics.check_may_change(_membership(request, topic), topic)
        topics.restore(topic)
        return _told(request, topic)


def _found(request: DoorRequest, pk: UUID, rows: Any = None) -> Topic:
    rows = Topic.objects.living() if rows is None else rows
    visible = rows.filter(workspace__in=Workspace.objects.visible_to(request.user))
    topic: Topic = get_object_or_404(visible.select_related("workspace"), pk=pk)
    return topic


def _membership(request: DoorRequest, topic: Topic) -> Membership:
    rows = Membership.objects.filter(workspace=topic.workspace_id)
    return get_object_or_404(rows, user=request.user)


def _shown(request: DoorRequest, topic: Topic) -> dict[str, Any]:
    (row,) = topics.listed(Topic.objects.filter(pk=topic.pk), 1)
    return _answer(request, row, topic.workspace)


def _told(request: DoorRequest, topic: Topic) -> Response:
    return Response(_shown(request, topic), headers={"ETag": _tag(topic)})


def _tag(topic: Topic) -> str:
    return etag(str(topic.pk), topic.name, str(topic.cover), topic.deleted)


def _answer(request: DoorRequest, topic: Any, workspace: Workspace) -> dict[str, Any]:
    picture = topic.picture
    return {
        "id": str(topic.pk),
        "workspace": workspace.slug,
        "name": topic.name,
        "title": topic.title,
        "cover_url": request.build_absolute_uri(picture.url) if picture else None,
        "images": topic.images,
        "drawing": topic.drawing,
        "created": topic.created,
        "last_used": topic.last_used,
    }


def _text(request: DoorRequest, name: str) -> str:
    value = request.data.get(name, "")
    if not isinstance(value, str):
        raise UserError(_("`%(name)s` is a text.") % {"name": name}, code="invalid")
    return value


def _cover(request: DoorRequest) -> UUID | None:
    cover = request.data["cover"]
    if cover is None:
        return None
    found = topic_id(cover) if isinstance(cover, str) else None
    if found is None:
        raise UserError(_("`cover` is the id of a picture, or null."), code="invalid")
    return found
