"""CyberImage's doors, under `/cyberimage/api/` (S407-S411 stand for it under `/api/`).

One of its jobs is one of our requests: it has all the pictures.
"""

from typing import cast
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.response import Response

from generation import serving
from generation.api import changing, generate, spellings, visible
from generation.api.aliases import cyber_words
from generation.api.aliases.door import CyberDoor
from generation.api.image import NoNegotiation
from generation.gallery import words
from generation.gallery.rooms import Rooms
from generation.models import Batch, ImageModel, Job
from pixazo.api import DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import GENERATE, MANAGE, READ
from workspaces.models import Workspace

PAGE, MOST, FURTHEST = 20, 50, 100_000


class Models(CyberDoor):
    scopes = {"GET": READ}
    successor = "models"

    def get(self, request: DoorRequest) -> Response:
        return Response(cyber_words.models(list(ImageModel.objects.usable_by(request.user))))


class Generate(CyberDoor):
    """`{model_id, prompt, negative_prompt, settings: {num_images, width, ...}}`."""

    scopes = {"POST": GENERATE}
    successor = "generate"

    def post(self, request: DoorRequest) -> Response:
        missing = [name for name in ("model_id", "prompt") if not request.data.get(name)]
        if missing:
            sentence = _("Missing required fields: %(names)s.") % {"names": ", ".join(missing)}
            raise UserError(sentence, code="invalid")
        wording = spellings.read(request.data)
        batch = generate.order(request, wording)
        count = batch.count
        answer = {"job_id": str(batch.pk), "status": "pending", "num_images": count}
        return Response(answer | {"message": cyber_words.accepted(count)})


class Status(CyberDoor):
    scopes = {"GET": READ}
    successor = "batches"

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        rows = _batches(request).select_related("model")
        batch = get_object_or_404(rows, pk=pk)
        jobs = list(batch.jobs.select_related("image").order_by("index"))
        return Response(cyber_words.status(batch, jobs))


class Picture(CyberDoor):
    """The file."""

    scopes = {"GET": READ}
    successor = "images"
    content_negotiation_class = NoNegotiation

    def get(self, request: DoorRequest, pk: UUID) -> HttpResponseBase:
        image = get_object_or_404(visible.images(request.user), pk=pk)
        return serving.serve(cast(HttpRequest, request), image, "original", False)


class Metadata(CyberDoor):
    scopes = {"GET": READ}
    successor = "images"

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        rows = visible.images(request.user).select_related("job__batch__model")
        return Response(cyber_words.metadata(get_object_or_404(rows, pk=pk)))


class OneImage(CyberDoor):
    """Into the trash, for 30 days."""

    scopes = {"DELETE": MANAGE}
    successor = "images"

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        changing.trash_image(request.user, pk)
        return Response({"status": "success", "message": _("The picture is in the trash.")})


class Queue(CyberDoor):
    """What waits and is drawn, of everybody; what has ended, of the caller's own."""

    scopes = {"GET": READ}
    successor = "queue"

    def get(self, request: DoorRequest) -> Response:
        everybodys = Job.objects.unfinished().order_by()
        own = Job.objects.filter(author_id=request.user.pk, state__in=Job.FINAL).order_by()
        active = Q(state__in=Job.ACTIVE)
        ended = Q(state=Job.State.SUCCEEDED)
        counts = everybodys.aggregate(
            pending=Count("pk", filter=~active), processing=Count("pk", filter=active)
        ) | own.aggregate(completed=Count("pk", filter=ended), failed=Count("pk", filter=~ended))
        counts |= {"total": sum(counts.values()), "queue_size": counts["pending"]}
        return Response(counts)


class Gallery(CyberDoor):
    """`?page=`, `?limit=` up to 50, `?search=`, `?model=`."""

    scopes = {"GET": READ}
    successor = "images"

    def get(self, request: DoorRequest) -> Response:
        sent = request.query_params
        page = _number(sent.get("page", "1"), "page", FURTHEST)
        limit = _number(sent.get("limit", str(PAGE)), "limit", MOST)
        rows = words.matching(Rooms.of(request.user).pictures(), _plain(sent.get("search", "")))
        if model := _plain(sent.get("model", "")):
            rows = rows.filter(job__model__slug=model)
        first = (page - 1) * limit
        near = rows.select_related("job__batch__model").order_by("-id").defer("recipe")
        found = list(near[first : first + limit])
        total = rows.order_by().count()
        return Response(
            {
                "images": [cyber_words.listed(image) for image in found],
                "page": page,
                "limit": limit,
                "has_more": first + limit < total,
                "total": total,
            }
        )


def _batches(request: DoorRequest) -> QuerySet[Batch]:
    seen = Workspace.objects.visible_to(request.user)
    return Batch.objects.visible().filter(workspace__in=seen)


def _plain(text: str) -> str:
    return text.strip()[:100].replace("\0", "")


def _number(text: str, name: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= most):
        sentence = _("`%(name)s` is a number from 1 to %(most)s.") % {"name": name, "most": most}
        raise UserError(sentence, code="invalid")
    return int(text)
