"""`/api/experiments`: a grid or a list of pictures asked for, looked at, paused, stopped."""

import csv
import io
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api import spellings
from generation.api.answers import status_url
from generation.api.place import place_of
from generation.experiments import running, trash
from generation.experiments.asked import Asked
from generation.experiments.create import budget, ceiling, create
from generation.experiments.naming import axis_label, value_label
from generation.experiments.place import Place
from generation.experiments.plan import Plan, plan
from generation.experiments.rows import is_known
from generation.models import Cell, Experiment
from pixazo import paging
from pixazo.api import Door, DoorRequest
from pixazo.errors import UserError
from pixazo.repeated import key_of
from pixazo.scopes import GENERATE, MANAGE, READ
from pixazo.texts.formulas import harmless
from pixazo.texts.kept import shown
from workspaces.models import Membership, Workspace

LATEST = 20
MOST_OTHERS = 20  # columns that are not known
DEEPEST = 4  # {"loras": [{"lora": "ink"}]}
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
OWN = ("axes", "rows", "ceiling", "stop_after", "pause_after", "name", "skip_impossible")
# What is asked for of a picture each, and has no place where many are.
NOT_HERE = ("count", "variation", *spellings.MARGINS)


class Experiments(Door):
    scopes = {"GET": READ, "POST": GENERATE}
    repeats = ("POST",)
    remembers_itself = True

    def get(self, request: DoorRequest) -> Response:
        """The latest of the caller's own."""
        rows = _visible(request).filter(author=request.user)
        latest, more = paging.page(request, rows, ["-id"], usual=LATEST)
        return Response({"experiments": [_summary(row) for row in latest], "next": more})

    def post(self, request: DoorRequest) -> Response:
        """202 with the experiment, whose first portion waits; with `dry_run` what it would make
        and take."""
        data: dict[str, Any] = _storable(request.data)
        wording = spellings.read({k: v for k, v in data.items() if k not in OWN})
        is_dry = wording.values.pop("dry_run", False)
        named = wording.values.pop("workspace", ""), wording.values.pop("topic", "")
        workspace, topic = place_of(request.user, *named)
        place = Place(workspace, request.user)
        values = wording.values | {"topic": str(topic.pk)}
        asked = _asked(data, values, key_of(request)[:90])
        unknown = [
            (_("`%(name)s` is not known here and was not used.") % {"name": name})
            for name in wording.unknown
        ]
        if is_dry:
            found = plan(place, asked)
            limits = budget(asked.budget, found.units)
            return Response(_quote(found) | limits | {"remarks": [*found.remarks, *unknown]})
        answer = _answer(request, create(place, asked, request.auth)) | {"remarks": unknown}
        return Response(answer, status=status.HTTP_202_ACCEPTED)


class One(Door):
    scopes = {"GET": READ, "DELETE": MANAGE}

    def get(self, request: DoorRequest, experiment_id: UUID) -> Response:
        row = get_object_or_404(_visible(request), pk=experiment_id)
        return Response(_answer(request, row))

    def delete(self, request: DoorRequest, experiment_id: UUID) -> Response:
        """Into the trash, for 30 days; its pictures stay."""
        trash.put(_to_change(request, experiment_id))
        return Response(status=status.HTTP_204_NO_CONTENT)


class Pause(Door):
    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest, experiment_id: UUID) -> Response:
        running.pause(row := _to_change(request, experiment_id))
        return Response(_answer(request, row))


class Resume(Door):
    """With another `ceiling` where one is sent."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest, experiment_id: UUID) -> Response:
        row = _to_change(request, experiment_id)
        running.check_may_resume(row, request.user)
        given = request.data.get("ceiling")
        running.resume(row, None if given is None else ceiling(given, row.ceiling))
        return Response(_answer(request, get_object_or_404(_visible(request), pk=row.pk)))


class Stop(Door):
    """What waits is cancelled, what is being drawn is finished."""

    scopes = {"POST": GENERATE}

    def post(self, request: DoorRequest, experiment_id: UUID) -> Response:
        running.stop(row := _to_change(request, experiment_id))
        return Response(_answer(request, row))


def _visible(request: DoorRequest) -> QuerySet[Experiment]:
    workspaces = Workspace.objects.visible_to(request.user)
    return Experiment.objects.living().filter(workspace__in=workspaces).select_related("workspace")


def _to_change(request: DoorRequest, pk: UUID) -> Experiment:
    row = get_object_or_404(_visible(request), pk=pk)
    rows = Membership.objects.filter(workspace=row.workspace_id)
    membership = get_object_or_404(rows, user=request.user)
    if not membership.may_change(row.author_id):
        sentence = _("Somebody else began this experiment. Only they or the owner may change it.")
        raise UserError(sentence, code="not_yours", status=403)
    return row


def _asked(data: dict[str, Any], values: dict[str, Any], key: str) -> Asked:
    if wrong := [name for name in NOT_HERE if name in values]:
        sentence = _("`%(wrong)s` is not for experiments.") % {"wrong": wrong[0]}
        raise UserError(sentence, code="invalid", fields={wrong[0]: [sentence]})
    base = {("reference" if name == "references" else name): values[name] for name in values}
    limits: dict[str, Any] = {
        name: data[name] for name in ("ceiling", "stop_after", "pause_after") if name in data
    }
    return Asked(
        base=base,
        axes=_axes(data.get("axes") or {}),
        rows=_rows(data.get("rows")),
        is_list=data.get("rows") is not None,
        name=_text(data, "name")[:100],
        budget=limits,
        skips=data.get("skip_impossible") is True,
        key=key,
    )


def _storable(value: Any, depth: int = 0) -> Any:
    """Without NUL and halves of characters, which PostgreSQL keeps in no text. As deep as anything
    that is known here lies."""
    if isinstance(value, str):
        return UNSTORABLE.sub("", value)
    if depth < DEEPEST and isinstance(value, list):
        return [_storable(each, depth + 1) for each in value]
    if depth < DEEPEST and isinstance(value, dict):
        return {UNSTORABLE.sub("", k): _storable(v, depth + 1) for k, v in value.items()}
    return value


def _axes(given: Any) -> tuple[tuple[str, str], ...]:
    """`{"steps": "8-12 step 2", "seed": [1, 2]}`, in the order in which they lie."""
    if not isinstance(given, Mapping):
        raise _refused("axes", _('`axes` must be an object such as {"steps": "8-12 step 2"}.'))
    return tuple(
        (spellings.canonical(name) or name, _typed(name, values)) for name, values in given.items()
    )


def _typed(name: str, values: Any) -> str:
    values = values if isinstance(values, list) else [values]
    if any(isinstance(each, bool) or not isinstance(each, str | int | float) for each in values):
        raise _refused(
            "axes", _("The values of `%(name)s` must be texts or numbers.") % {"name": name[:40]}
        )
    return "\n".join(str(each) for each in values)


def _rows(given: Any) -> str:
    """A text as it would be pasted, a list of prompts, or a list of objects with columns."""
    if given is None or isinstance(given, str):
        return given or ""
    if isinstance(given, list) and all(isinstance(row, str) for row in given):
        return "\n".join(harmless(" ".join(row.split())) for row in given)
    if not isinstance(given, list) or not all(isinstance(row, Mapping) for row in given):
        raise _refused("rows", _("`rows` must be a text, a list of prompts or a list of objects."))
    columns = dict.fromkeys(name for row in given for name in row)
    known = [name for name in columns if is_known(name)]
    # Of the others enough to be told of: a name for each row would be a table of millions of cells.
    others = [name for name in columns if not is_known(name)][:MOST_OTHERS]
    text = io.StringIO()
    writer = csv.DictWriter(text, known + others, extrasaction="ignore")
    writer.writeheader()
    # A program sends what it means; a table's apostrophes are taken away where it is read.
    writer.writerows({name: harmless(row[name]) for name in row} for row in given)
    return text.getvalue()


def _text(data: Mapping[str, Any], name: str) -> str:
    value = data.get(name) or ""
    if not isinstance(value, str):
        raise _refused(name, _("`%(name)s` must be a text.") % {"name": name})
    return " ".join(value.split())


def _refused(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})


def _quote(found: Plan) -> dict[str, Any]:
    return {
        "dry_run": True,
        "kind": found.kind,
        "pictures": found.count,
        "units": found.units,
        "expected_seconds": list(found.seconds) if found.seconds else None,
        "problems": [
            {"line": each.line, "pictures": each.count, "message": each.sentence}
            for each in found.problems
        ],
    }


def _summary(row: Experiment) -> dict[str, Any]:
    return {
        "experiment_id": str(row.pk),
        "name": row.title,
        "kind": row.kind,
        "workspace": row.workspace.slug,
        "state": row.state,
        "reason": row.reason or None,
        "message": shown(row.note) or None,
        "pictures": row.count,
        "begun": row.begun,
        "underway": row.underway,
        "units": row.taken,
        "ceiling": row.ceiling,
        "stop_after": row.stop_after,
        "pause_after": row.pause_after,
        "created_at": row.created,
    }


def _answer(request: DoorRequest, row: Experiment) -> dict[str, Any]:
    cells = row.cells.select_related("batch").prefetch_related("batch__jobs__image")
    axes = [
        {
            "name": axis["name"],
            "label": axis_label(axis),
            "values": [value_label(axis, number) for number in range(len(axis["values"]))],
        }
        for axis in row.axes
    ]
    shown = [_cell(request, cell) for cell in cells.order_by("place")]
    return _summary(row) | {"axes": axes, "cells": shown}


def _cell(request: DoorRequest, cell: Cell) -> dict[str, Any]:
    job, image = cell.job, cell.image
    return {
        "at": cell.at,
        "state": cell.state,
        "message": shown(cell.said or (job.error if job else "")) or None,
        "units": cell.units,
        "seed": cell.request.get("seed"),
        "job_id": str(job.pk) if job else None,
        "status_url": status_url(request, job) if job else None,
        "image_id": str(image.pk) if image else None,
    }
