"""`/api/publications` and `/api/images/<id>/publication`: the public gallery, and what of it one's
own pictures are in, under the rules of its pages (docs/sharing.md)."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api import visible
from generation.models import Image, Like, Publication
from generation.models.publication import ORDERS
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import MANAGE, READ
from workspaces.models import Membership

SELECTED = ("image__job__batch", "image__workspace", "author")


class PublicDoor(Door):
    """Where the operator wants no public gallery, there is none."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        if settings.PUBLIC_GALLERY == "off":
            raise Http404


class Publications(PublicDoor):
    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> Response:
        """`order`: `newest` or `liked`. With `mine=1` one's own, whatever has become of them."""
        order = request.query_params.get("order", "newest")
        if order not in ORDERS:
            sentence = _("`%(name)s` is one of: %(values)s.")
            known = {"name": "order", "values": ", ".join(ORDERS)}
            raise paging.wrong("order", sentence % known)
        is_own = request.query_params.get("mine") == "1"
        mine = Publication.objects.filter(author=request.user, image__isnull=False)
        rows = mine if is_own else Publication.objects.shown()
        by = ("-id",) if is_own else ORDERS[order]
        found, more = paging.page(request, rows.select_related(*SELECTED), by)
        return Response({"publications": _answers(request, found), "next": more})


class OnePublication(PublicDoor):
    scopes = {"GET": READ}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        return Response(_answers(request, [_shown(pk)])[0])


class LikeDoor(PublicDoor):
    """Each person counts once, however often they say so."""

    scopes = {"PUT": MANAGE, "DELETE": MANAGE}

    def put(self, request: DoorRequest, pk: UUID) -> Response:
        return self._said(request, _shown(pk), is_liked=True)

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        return self._said(request, _shown(pk), is_liked=False)

    def _said(self, request: DoorRequest, row: Publication, *, is_liked: bool) -> Response:
        if is_liked:
            row.like(request.user)
        else:
            row.unlike(request.user)
        row.refresh_from_db(fields=["likes"])
        return Response({"likes": row.likes, "liked": is_liked})


class OfImage(PublicDoor):
    """Of a picture that one may change."""

    plain_texts = True
    scopes = {"GET": READ, "PUT": MANAGE, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        return Response(_answers(request, [_of(_image(request, pk))])[0])

    def put(self, request: DoorRequest, pk: UUID) -> Response:
        """`level`: how much everybody sees; `names_author`. 201 where it is new."""
        image = _image(request, pk)
        level, names_author = _sent(request.data)
        is_new = not Publication.objects.filter(image=image).exists()
        try:
            Publication.publish(image, request.user, level, names_author)
        except Image.DoesNotExist:
            raise Http404 from None
        answer = _answers(request, [_of(image)])[0]
        return Response(answer, status=status.HTTP_201_CREATED if is_new else status.HTTP_200_OK)

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """It is in the public gallery no longer, and may be brought there again."""
        _of(_image(request, pk)).withdraw()
        return Response(status=status.HTTP_204_NO_CONTENT)


def _shown(pk: UUID) -> Publication:
    """404 for what is not shown to everybody at this moment, whoever asks."""
    row: Publication = get_object_or_404(
        Publication.objects.shown().select_related(*SELECTED), pk=pk
    )
    return row


def _image(request: DoorRequest, pk: UUID) -> Image:
    image = get_object_or_404(visible.images(request.user).select_related("job__batch"), pk=pk)
    rows = Membership.objects.filter(workspace=image.workspace_id, user=request.user)
    if not rows.get().may_change(image.job.batch.author_id):
        sentence = _("Somebody else made this. Only they or the workspace's owner may change it.")
        raise UserError(sentence, code="not_yours", status=403)
    return image


def _of(image: Image) -> Publication:
    return get_object_or_404(Publication.objects.select_related(*SELECTED), image=image)


def _sent(sent: dict[str, Any]) -> tuple[str, bool]:
    if unknown := set(sent) - {"level", "names_author"}:
        sentence = _("Nothing here is called %(name)s.") % {"name": f"{min(unknown)[:40]!r}"}
        raise UserError(sentence, code="invalid")
    level, names_author = sent.get("level"), sent.get("names_author", False)
    if level not in Publication.Level.values:
        sentence = _("`%(name)s` is one of: %(values)s.")
        known = {"name": "level", "values": ", ".join(Publication.Level.values)}
        raise paging.wrong("level", sentence % known)
    if not isinstance(names_author, bool):
        sentence = _("`%(name)s` is true or false.") % {"name": "names_author"}
        raise paging.wrong("names_author", sentence)
    return level, names_author


def _answers(request: DoorRequest, rows: list[Publication]) -> list[dict[str, Any]]:
    """One query more, however many there are."""
    likes = Like.objects.filter(user=request.user, publication__in=[row.pk for row in rows])
    liked = set(likes.values_list("publication_id", flat=True))
    return [_answer(request, row, is_liked=row.pk in liked) for row in rows]


def _answer(request: DoorRequest, row: Publication, *, is_liked: bool) -> dict[str, Any]:
    def address(name: str) -> str:
        return request.build_absolute_uri(reverse(name, args=[row.pk]))

    image = row.image
    assert image is not None  # by the filters of all who ask
    is_shown = row.state == Publication.State.SHOWN
    return {
        "id": str(row.pk),
        "state": row.state,
        "level": row.level,
        "by": row.byline or None,
        "likes": row.likes,
        "liked": is_liked,
        "published": row.published,
        "width": image.width,
        "height": image.height,
        "prompt": row.words if row.shows_prompt else None,
        # Whose it is finds it again; others are told of no picture's own id.
        "image_id": str(image.pk) if row.author_id == request.user.pk else None,
        "page_url": address("explore_one") if is_shown else None,
        "picture_url": address("explore_picture") if is_shown else None,
        "small_url": address("explore_small") if is_shown else None,
        "original_url": address("explore_original") if is_shown else None,
        "decision": row.decision or None,
    }
