"""The workspace form's door (S046): theme, prompt and style become what is drawn, as in the studio.

`POST /workspaces/<id>/generate`, and under `/api/` as the form's source has it.
"""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.parsers import FormParser
from rest_framework.response import Response

from generation.api import generate, spellings
from generation.api.aliases.door import FlaskDoor
from generation.api.form_body import PARSERS, body_of
from generation.api.place import membership_named
from generation.expand import Chosen, expand
from generation.models import Batch
from generation.submit import digest_of, submit_all, submitted_all
from pixazo.api import DoorRequest
from pixazo.errors import UserError
from pixazo.repeated import key_of
from pixazo.scopes import GENERATE
from workspaces.models import Style, Theme, Workspace

# A style's numbers, for what the form leaves empty.
OF_A_STYLE = ("num_inference_steps", "guidance_scale", "seed")
CHOSEN = {"theme_id": Theme, "style_id": Style}


class WorkspaceGenerate(FlaskDoor):
    scopes = {"POST": GENERATE}
    successor = "generate"
    parser_classes = [*PARSERS, FormParser]

    def post(self, request: DoorRequest, workspace: str) -> Response:
        place = membership_named(request.user, workspace).workspace
        sent = {name: value for name, value in body_of(request).items() if value != ""}
        chosen = {
            name: _chosen(kind, sent.pop(name, None), place, request, name)
            for name, kind in CHOSEN.items()
        }
        wording = spellings.read(sent)
        wording.values["workspace"] = place.slug
        with generate.their_words(wording):
            batches = _ordered(request, wording, Chosen(chosen["theme_id"], chosen["style_id"]))
        return Response(_answer(batches), status=status.HTTP_202_ACCEPTED)


def _ordered(request: DoorRequest, wording: spellings.Wording, chosen: Chosen) -> list[Batch]:
    key = key_of(request)
    asked = generate.fingerprints(wording.values)
    asked |= {"theme": _pk(chosen.theme), "style": _pk(chosen.style)}
    digest = digest_of(asked)
    if earlier := submitted_all(request.user, key, digest):
        return earlier
    if style := chosen.style:
        known = {name: getattr(style, name) for name in OF_A_STYLE}
        wording.defaults = {name: value for name, value in known.items() if value is not None}
        if style.model and "model" not in wording.values:
            wording.values["model"] = style.model
    batch = generate.unsaved(request, wording, idempotency_key=key, idempotency_digest=digest)
    return submit_all(expand(batch, chosen))


def _chosen(kind: Any, given: Any, place: Workspace, request: DoorRequest, name: str) -> Any:
    if given is None:
        return None
    try:
        row = kind.objects.usable_in(place, request.user).filter(pk=UUID(str(given))).first()
    except ValueError:
        row = None
    if row is None:
        sentence = _("There is no such choice in this workspace: %(name)s.") % {"name": name}
        raise UserError(sentence, code="invalid", fields={name: [sentence]})
    return row


def _answer(batches: list[Batch]) -> dict[str, Any]:
    first = batches[0]
    jobs = [job for batch in batches for job in batch.new_jobs or batch.jobs.order_by("index")]
    return {
        "status": "success",
        "job_id": str(jobs[0].pk),
        "job_ids": [str(job.pk) for job in jobs],
        "batch_id": str(first.pk),
        "parameters": {
            "prompt": first.prompt,
            "negative_prompt": first.negative_prompt,
            "width": first.width,
            "height": first.height,
            "num_steps": first.num_inference_steps,
            "guidance_scale": first.guidance_scale,
            "seed": first.seed,
        },
    }


def _pk(row: Any) -> str | None:
    return str(row.pk) if row else None
