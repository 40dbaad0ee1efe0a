"""`/api/prompts`: saved prompts, found, kept, changed, thrown away, carried about (S079, S201).

`/api/workspaces/{id}/saved-prompts` and `/api/saved-prompts/{id}` are the same in the names of the
workspace's source (S047-S049, C27).
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api.place import may_keep, membership_named, place_to_keep
from generation.api.versions import version_sent
from pixazo.api import Door, DoorRequest, refusal
from pixazo.errors import UserError
from pixazo.paging import CURSOR, following, limit_of
from pixazo.problems import is_v1
from pixazo.scopes import MANAGE, READ
from workspaces.library import body, prompt_files
from workspaces.library.around import Around
from workspaces.library.fields import PromptFields, as_sent
from workspaces.library.finding import OWN, Search
from workspaces.library.taken import Found
from workspaces.models import SavedPrompt
from workspaces.models.saved_prompt import MOST
from workspaces.placing import changeable, place, seen

MOST_AT_ONCE = 200


class Prompts(Door):
    """Newest first; `?q=` words, `?tag=`, `?workspace=` a slug or `own`, `?limit=`, `?before=`."""

    scopes = {"GET": READ, "POST": MANAGE}
    repeats = ("POST",)

    def get(self, request: DoorRequest) -> Response:
        search = _search(request)
        rows = search.found(request.user).select_related("workspace").order_by("-id")
        name = CURSOR if CURSOR in request.query_params else "before"
        if before := request.query_params.get(name):
            rows = rows.filter(pk__lt=_id(before, name))
        limit = limit_of(request)
        page = list(rows[: limit + 1])
        more = None
        if len(page) > limit:
            name = CURSOR if is_v1(request) else "before"
            more = following(request, str(page[limit - 1].pk), name)
        return Response({"prompts": [answer(row) for row in page[:limit]], "next": more})

    def post(self, request: DoorRequest) -> Response:
        """One's own, or with `workspace`, a slug, everybody's there."""
        sent = dict(request.data)
        row = SavedPrompt(owner=request.user)
        place(row, place_to_keep(request.user, sent.pop("workspace", None)), request.user)
        _fill(row, sent, request.user)
        SavedPrompt.objects.living().keep(row, MOST)
        return Response(answer(row), status=status.HTTP_201_CREATED)


class PromptDoor(Door):
    matches = True
    scopes = {"GET": READ, "PATCH": MANAGE, "DELETE": MANAGE}

    def get(self, request: DoorRequest, pk: UUID) -> Response:
        return Response(answer(_found(request, pk)))

    def patch(self, request: DoorRequest, pk: UUID) -> Response:
        """What is sent; all else stays."""
        row = changeable(_rows(), request.user, pk)
        sent = dict(request.data)
        if "workspace" in sent:
            place(row, place_to_keep(request.user, sent.pop("workspace")), request.user)
        version = version_sent(request, sent, row.version)
        _fill(row, sent, request.user)
        row.write_over(version)
        return Response(answer(row))

    def delete(self, request: DoorRequest, pk: UUID) -> Response:
        """Into the trash, for 30 days."""
        _found(request, pk)
        changeable(_rows(), request.user, pk).trash()
        return Response(status=status.HTTP_204_NO_CONTENT)


class Restore(Door):
    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest, pk: UUID) -> Response:
        row = changeable(SavedPrompt.objects.select_related("workspace"), request.user, pk)
        row.restore()
        return Response(answer(row))


class Export(Door):
    """A file of all that is found (docs/prompts.md)."""

    scopes = {"GET": READ}

    def get(self, request: DoorRequest) -> HttpResponse:
        rows = _search(request).found(request.user).select_related("theme", "style")
        text = prompt_files.written(rows.order_by("-id"))
        return HttpResponse(text, content_type="application/json")


class Import(Door):
    """`prompts` as a file has them; with `dry_run` nothing is kept. `rows` says what of each."""

    scopes = {"POST": MANAGE}

    def post(self, request: DoorRequest) -> Response:
        prompts, dry_run = request.data.get("prompts"), request.data.get("dry_run", False)
        if not isinstance(prompts, list) or not isinstance(dry_run, bool):
            raise UserError(
                _("Send `prompts`, a list, and `dry_run`, true or false."), code="invalid"
            )
        workspace = place_to_keep(request.user, request.data.get("workspace"))
        taken = prompt_files.taken(prompts, request.user, workspace)
        kept = 0 if dry_run else prompt_files.keep(taken)
        rows = [_row(found) for found in taken.found]
        counts = {"new": len(taken.new), "same": taken.same, "wrong": taken.wrong}
        return Response({"kept": kept, **counts, "rows": rows})


class OfWorkspace(Door):
    """Of one workspace, by its slug or id, in the names of its source."""

    scopes = {"GET": READ, "POST": MANAGE}
    repeats = ("POST",)

    def get(self, request: DoorRequest, workspace: str) -> Response:
        membership = membership_named(request.user, workspace)
        rows = _rows().filter(scope="workspace", workspace=membership.workspace_id)
        return Response([_as_source(row) for row in rows.order_by("-id")[:MOST_AT_ONCE]])

    def post(self, request: DoorRequest, workspace: str) -> Response:
        membership = membership_named(request.user, workspace)
        row = SavedPrompt(owner=request.user)
        place(row, may_keep(membership), request.user)
        _fill(row, request.data, request.user)
        SavedPrompt.objects.living().keep(row, MOST)
        return Response(_as_source(row), status=status.HTTP_201_CREATED)


def answer(row: SavedPrompt) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "title": row.title,
        "tags": row.tags,
        "workspace": row.workspace.slug if row.workspace else None,
        "prompt": row.prompt,
        "negative_prompt": row.negative_prompt,
        "theme": str(row.theme_id) if row.theme_id else None,
        "style": str(row.style_id) if row.style_id else None,
        "model": row.model or None,
        "width": row.width,
        "height": row.height,
        "num_inference_steps": row.num_inference_steps,
        "guidance_scale": row.guidance_scale,
        "seed": row.seed,
        "version": row.version,
        "created": row.created,
        "changed": row.changed,
    }


def _as_source(row: SavedPrompt) -> dict[str, Any]:
    names = {
        "title": "name",
        "prompt": "main_prompt",
        "num_inference_steps": "num_steps",
        "created": "created_at",
    }
    return {names.get(name, name): value for name, value in answer(row).items()}


def _fill(row: SavedPrompt, sent: Mapping[str, Any], user: Any) -> None:
    """Raises `UserError` with the fields as the client calls them."""
    known = PromptFields.known(row)
    values = as_sent(known.items()) | body.read(sent)
    fields = PromptFields(Around(user), values)
    if not fields.is_valid():
        said = {body.spelled(sent, name): each for name, each in fields.sentences.items()}
        raise UserError(next(iter(said.values()))[0], code="invalid", fields=said)
    try:
        fields.fill(row)
    except ValidationError as error:
        raise refusal(error) from None


def _rows() -> QuerySet[SavedPrompt]:
    rows: QuerySet[SavedPrompt] = SavedPrompt.objects.living().select_related("workspace")
    return rows


def _found(request: DoorRequest, pk: UUID) -> SavedPrompt:
    return get_object_or_404(seen(_rows(), request.user), pk=pk)


def _row(found: Found) -> dict[str, Any]:
    state = "wrong" if found.trouble else "same" if found.same else "new"
    return {
        "number": found.number,
        "title": found.name,
        "state": state,
        "same_as": found.same or None,
        "error": found.trouble or None,
        "remarks": list(found.remarks),
    }


def _search(request: DoorRequest) -> Search:
    sent = request.query_params
    asked = Search.read(sent.dict())
    slug = sent.get("workspace", "")
    where = slug
    if slug and slug != OWN:
        where = str(membership_named(request.user, slug).workspace_id)
    return Search(asked.words, asked.tag, where)


def _id(given: str, name: str) -> UUID:
    try:
        return UUID(given)
    except ValueError:
        raise UserError(_("`%(name)s` is an id.") % {"name": name}, code="invalid") from None
