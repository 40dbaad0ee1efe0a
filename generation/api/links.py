"""`/api/images/<id>/links`: addresses by which people outside see one picture, made, counted and
revoked under the rules of its page."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api import visible
from generation.models import Image, ShareLink
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import MANAGE, READ
from workspaces.models import Membership

LONGEST_DAYS = 365
SHORTEST, LONGEST = 4, 100  # a password


class Links(Door):
    """Those that work; of a picture that somebody may not change, their own."""

    plain_texts = True
    scopes = {"GET": READ, "POST": MANAGE}
    repeats = ("POST",)

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        image = _image(request, pk)
        rows = ShareLink.objects.filter(image=image, revoked=None).select_related("author")
        if not _may_change(request, image):
            rows = rows.filter(author=request.user)
            if not rows:
                raise _not_yours()
        return Response({"links": [_answer(request, row) for row in rows]})

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        """`level`; `days` that it works, or null; a `password`, or null."""
        image = _image(request, pk)
        if not _may_change(request, image):
            raise _not_yours()
        level, days, password = _sent(request)
        expires = now() + timedelta(days=days) if days else None
        try:
            row = ShareLink.share(image, request.user, level, expires, password)
        except Image.DoesNotExist:
            raise Http404 from None
        return Response(_answer(request, row), status=status.HTTP_201_CREATED)


class OneLink(Door):
    scopes = {"DELETE": MANAGE}

    def delete(self, request: DoorRequest, pk: UUID, link: UUID) -> Response:
        """Its address shows nothing any more."""
        image = _image(request, pk)
        rows = ShareLink.objects.filter(image=image)
        if not _may_change(request, image) and not rows.filter(pk=link, author=request.user):
            raise _not_yours()
        get_object_or_404(rows, pk=link).revoke()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _image(request: DoorRequest, pk: UUID) -> Image:
    return get_object_or_404(visible.images(request.user).select_related("job__batch"), pk=pk)


def _may_change(request: DoorRequest, image: Image) -> bool:
    rows = Membership.objects.filter(workspace=image.workspace_id, user=request.user)
    membership = rows.first()
    return bool(membership and membership.may_change(image.job.batch.author_id))


def _sent(request: DoorRequest) -> tuple[str, int | None, str]:
    sent = request.data
    if unknown := set(sent) - {"level", "days", "password"}:
        sentence = _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)[:40]!r}"}
        raise UserError(sentence, code="invalid")
    level, days, password = (sent.get(name) for name in ("level", "days", "password"))
    levels = ShareLink.Level.values
    if level is not None and level not in levels:
        sentence = _("`%(name)s` is one of: %(values)s.")
        raise paging.wrong("level", sentence % {"name": "level", "values": ", ".join(levels)})
    if days is not None and (type(days) is not int or not 0 < days <= LONGEST_DAYS):
        sentence = _("`%(name)s` is a number from 1 to %(most)s, or null.")
        raise paging.wrong("days", sentence % {"name": "days", "most": LONGEST_DAYS})
    if password is not None and not (
        isinstance(password, str) and SHORTEST <= len(password) <= LONGEST
    ):
        sentence = _("A password has from %(least)s to %(most)s characters.")
        raise paging.wrong("password", sentence % {"least": SHORTEST, "most": LONGEST})
    return level or ShareLink.Level.PICTURE, days, password or ""


def _answer(request: DoorRequest, row: ShareLink) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "level": row.level,
        "url": request.build_absolute_uri(reverse("shared", args=[row.token])),
        "author": row.author.username,
        "created": row.created,
        "expires": row.expires,
        "has_password": bool(row.password),
        "views": row.views,
    }


def _not_yours() -> UserError:
    sentence = _("Somebody else made this. Only they or the workspace's owner may change it.")
    return UserError(sentence, code="not_yours", status=403)
