"""The nine doors under `/api/image-playground/` (S377-S385), in the words of their source.

A generation is our job, its asset the job's picture; there is no other task behind it, so that its
`asyncTaskId` is its own id.
"""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework.response import Response

from generation import topics
from generation.api import changing, generate, spellings, visible
from generation.api.aliases import playground_input
from generation.api.aliases.addresses import image_url
from generation.api.aliases.door import FlaskDoor
from generation.api.place import place_of
from generation.models import Batch, Image, Job
from generation.models.states import PLAYGROUND_WORDS
from pixazo.api import DoorRequest
from pixazo.errors import UserError
from pixazo.json_body import PictureJsonBody
from pixazo.scopes import GENERATE, MANAGE, READ
from pixazo.texts.kept import shown
from workspaces.access import membership_of
from workspaces.models import Membership, Topic, Workspace
from workspaces.models.topic import topic_id

MOST = 200  # topics of a list
BATCHES, MOST_BATCHES = 100, 200


class Topics(FlaskDoor):
    """Those of the workspace where the caller worked last, or of `?workspace=`: used last first."""

    scopes = {"GET": READ, "POST": MANAGE}
    successor = "topics"

    def get(self, request: DoorRequest) -> Response:
        workspace = _workspace(request)
        rows = topics.listed(workspace.topics.living(), MOST)
        return Response({"topics": [_topic(request, row) for row in rows]})

    def post(self, request: DoorRequest) -> Response:
        """`title` may be left out: the first prompt then gives one."""
        workspace, _first = place_of(request.user, _text(request.data, "workspace"), "")
        title = _text(request.data, "title")
        topic = topics.create(workspace, request.user, topics.name_of(title) if title else "")
        topic.announce()
        return Response({"success": True, "topic": _shown(request, topic)})


class OneTopic(FlaskDoor):
    scopes = {"PATCH": MANAGE, "DELETE": MANAGE}
    successor = "topics"

    def patch(self, request: DoorRequest, pk: UUID) -> Response:
        """`title`, or `coverUrl`: the address of one of its pictures as we said it, or null."""
        topic, membership = _found_topic(request, pk)
        if "title" in request.data:
            topics.rename(membership, topic, _text(request.data, "title"))
        if "coverUrl" in request.data:
            cover = playground_input.image_at(request.data["coverUrl"])
            topics.choose_cover(membership, topic, cover)
        return Response({"success": True, "topic": _shown(request, topic)})

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        topic, membership = _found_topic(request, pk)
        topics.remove(membership, topic)
        return Response({"success": True})


class Batches(FlaskDoor):
    """`?topicId=`; newest first; `?limit=`."""

    scopes = {"GET": READ}
    successor = "batches"

    def get(self, request: DoorRequest) -> Response:
        given = request.query_params.get("topicId", "")
        if not given:
            raise UserError(_("`topicId` is missing."), code="invalid")
        pk = topic_id(given)
        if pk is None:
            raise Http404
        topic, _membership = _found_topic(request, pk)
        rows = topic.batches.visible().select_related("model").prefetch_related(_JOBS)
        found = list(rows.order_by("-id")[: _limit(request)])
        gone = set(
            Image.objects.filter(job__batch__in=[row.pk for row in found])
            .exclude(deleted=None)
            .values_list("job_id", flat=True)
        )
        return Response({"batches": [_batch(request, row, gone) for row in found]})


class OneBatch(FlaskDoor):
    scopes = {"DELETE": MANAGE}
    successor = "batches"

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        changing.trash_batch(request.user, pk)
        return Response({"success": True})


class Generate(FlaskDoor):
    """`{topicId, provider, model, imageNum, params: {prompt, width, height, seed, steps, cfg...}}`;
    `generationTopicId` is understood as well."""

    plain_texts = True
    scopes = {"POST": GENERATE}
    successor = "generate"
    parser_classes = [PictureJsonBody]

    def post(self, request: DoorRequest) -> Response:
        body = playground_input.read(request.data, request.build_absolute_uri("/"))
        topic, _membership = _named_topic(request)
        # The order's place is the topic's: their clients know no workspaces.
        body |= {"topicId": str(topic.pk), "workspace": topic.workspace.slug}
        body.pop("generationTopicId", None)
        wording = spellings.read(body, playground_input.WORDS)
        batch = generate.order(request, wording)
        whole = Batch.objects.select_related("model").prefetch_related(_JOBS).get(pk=batch.pk)
        said = _batch(request, whole, set())
        return Response(
            {"success": True, "data": {"batch": said, "generations": said["generations"]}}
        )


class Status(FlaskDoor):
    scopes = {"GET": READ}
    successor = "jobs"

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        rows = visible.jobs(request.user).select_related("batch", "image")
        job = get_object_or_404(rows, pk=pk)
        word = PLAYGROUND_WORDS[job.state]
        said = _generation(request, job.batch, job)
        error = None
        if word == "error":
            sentence = shown(job.error) or f"{job.get_state_display()}."
            error = {
                "code": job.error_code or job.state,
                "name": playground_input.ERRORS.get(job.state, "ServerError"),
                "message": sentence,
                "body": {"detail": sentence},
            }
        generation = said if said["asset"] else None
        return Response({"status": word, "generation": generation, "error": error})


class OneGeneration(FlaskDoor):
    """One picture; with the last of it, its batch goes."""

    scopes = {"DELETE": MANAGE}
    successor = "images"

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        job = changing.job_to_change(request.user, pk)
        image = getattr(job, "image", None)
        if image is not None and not image.deleted:
            changing.trash_image(request.user, image.pk)
        elif job.state in Job.FINAL:
            if image is not None:
                raise Http404
        else:
            job.cancel()
        _remove_if_empty(job.batch)
        return Response({"success": True})


_JOBS = Prefetch("jobs", Job.objects.select_related("image").order_by("index"))


def _remove_if_empty(batch: Batch) -> None:
    """Nothing is left of it: no picture, and none to come."""
    if batch.jobs.unfinished().exists():
        return
    if not Image.objects.filter(job__batch=batch, deleted=None).exists():
        changing.throw_away(batch)


def _batch(request: DoorRequest, batch: Batch, gone: set[UUID]) -> dict[str, Any]:
    jobs = [job for job in batch.jobs.all() if job.pk not in gone]
    return {
        "id": str(batch.pk),
        "topicId": str(batch.topic_id),
        "userId": str(batch.author_id),
        "organizationId": None,
        "provider": batch.model.provider,
        "model": batch.model.slug,
        "prompt": batch.prompt,
        "config": playground_input.config_of(batch),
        "width": batch.width,
        "height": batch.height,
        "createdAt": batch.created,
        "generations": [_generation(request, batch, job) for job in jobs],
    }


def _generation(request: DoorRequest, batch: Batch, job: Job) -> dict[str, Any]:
    return {
        "id": str(job.pk),
        "batchId": str(batch.pk),
        "userId": str(batch.author_id),
        "asyncTaskId": str(job.pk),
        "seed": job.seed,
        "asset": _asset(request, job),
        "createdAt": batch.created,
    }


def _asset(request: DoorRequest, job: Job) -> dict[str, Any] | None:
    image: Image | None = getattr(job, "image", None)
    if image is None or image.deleted:
        return None
    address = image_url(request, image)
    return {
        "type": "image",
        "originalUrl": address,
        "url": address,
        "thumbnailUrl": f"{address}?size=small",
        "width": image.width,
        "height": image.height,
    }


def _topic(request: DoorRequest, row: Any) -> dict[str, Any]:
    image = row.shown_image
    return {
        "id": str(row.pk),
        "user_id": str(row.author_id) if row.author_id else None,
        "organization_id": None,
        "title": row.name or None,
        "cover_url": f"{image_url(request, image)}?size=small" if image else None,
        "created_at": row.created,
        "updated_at": row.last_used,
    }


def _shown(request: DoorRequest, topic: Topic) -> dict[str, Any]:
    (row,) = topics.listed(Topic.objects.filter(pk=topic.pk), 1)
    return _topic(request, row)


def _found_topic(request: DoorRequest, pk: UUID) -> tuple[Topic, Membership]:
    seen = Workspace.objects.visible_to(request.user)
    rows = Topic.objects.living().filter(workspace__in=seen).select_related("workspace")
    topic = get_object_or_404(rows, pk=pk)
    members = Membership.objects.filter(workspace=topic.workspace_id)
    return topic, get_object_or_404(members, user=request.user)


def _named_topic(request: DoorRequest) -> tuple[Topic, Membership]:
    given = request.data.get("topicId") or request.data.get("generationTopicId")
    pk = topic_id(given) if isinstance(given, str) else None
    if pk is None:
        raise Http404
    return _found_topic(request, pk)


def _workspace(request: DoorRequest) -> Workspace:
    slug = request.query_params.get("workspace", "")
    if slug:
        return membership_of(request.user, slug if slug.isprintable() else "").workspace
    return Workspace.objects.home_of(request.user)


def _text(sent: dict[str, Any], name: str) -> str:
    value = sent.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise UserError(_("`%(name)s` is a text.") % {"name": name}, code="invalid")
    return value


def _limit(request: DoorRequest) -> int:
    text = request.query_params.get("limit", str(BATCHES))
    if not (text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_BATCHES):
        sentence = _("`limit` is a number from 1 to %(most)s.") % {"most": MOST_BATCHES}
        raise UserError(sentence, code="invalid")
    return int(text)
