"""Grok-Api's `POST /v1/generate/sdxl` and `/v1/generate/flux` (S043, S044).

Its clients know no second call: the answer waits for the picture, but not for long. What isn't
there by then is named by its job, for `/api/status/{job_id}`.
"""

from typing import Any, ClassVar

from django.conf import settings
from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.response import Response

from generation.api import generate, spellings
from generation.api.aliases.addresses import image_url
from generation.api.aliases.door import FastApiDoor
from generation.api.answers import status_url
from generation.awaiting import await_jobs
from generation.models import Batch, Job
from pixazo.api import DoorRequest
from pixazo.errors import UserError
from pixazo.scopes import GENERATE
from pixazo.texts.kept import shown

DEFAULTS = {"width": 768, "height": 1024, "num_inference_steps": 20, "guidance_scale": 8.0}
CHANCE = -1
# A key of another service: ours are the site's affair. Neither kept nor written to any log.
NOT_OURS = ("pixazo_api_key",)


class GrokGenerate(FastApiDoor):
    scopes = {"POST": GENERATE}
    successor = "generate"
    families: ClassVar[tuple[str, ...]] = ()
    own_names: ClassVar[tuple[str, ...]] = ()  # by which their clients call the family itself

    def post(self, request: DoorRequest) -> Response:
        body = {name: value for name, value in request.data.items() if name not in NOT_OURS}
        if body.get("seed") == CHANCE:
            body["seed"] = None
        if body.get("model") in self.own_names:
            body["model"] = None
        wording = spellings.read(body)
        wording.defaults, wording.families = DEFAULTS, self.families
        wording.values["count"] = 1  # there is room for one in the answer
        batch = generate.order(request, wording)
        (job,) = await_jobs(batch.pk, settings.WAITING_SECONDS)
        return _answer(request, batch, job)


class Sdxl(GrokGenerate):
    families = ("sdxl", "sdxl-turbo")
    own_names = ("sdxl",)


class Flux(GrokGenerate):
    families = ("flux2-klein", "flux-schnell", "flux-dev")
    own_names = ("flux", "flux-klein")


def _answer(request: DoorRequest, batch: Batch, job: Job) -> Response:
    if job.state == Job.State.SUCCEEDED:
        image = getattr(job, "image", None)
        if image is None or image.deleted:
            raise UserError(_("This picture was deleted."), code="gone", status=410)
        address = image_url(request, image)
        return Response({"status": "success", "image_url": address, **_known(batch, job)})
    if job.state in Job.FINAL:
        sentence = shown(job.error) or _("The picture could not be made.")
        raise UserError(sentence, code=job.error_code or job.state, status=502)
    named = {"job_id": str(job.pk), "status_url": status_url(request, job), "image_url": None}
    return Response({"status": "pending", **named, **_known(batch, job)}, status.HTTP_202_ACCEPTED)


def _known(batch: Batch, job: Job) -> dict[str, Any]:
    parameters = {
        "prompt": batch.prompt,
        "negative_prompt": batch.negative_prompt,
        "width": batch.width,
        "height": batch.height,
        "num_steps": batch.num_inference_steps,
        "guidance_scale": batch.guidance_scale,
        "seed": job.seed,
    }
    return {"model": batch.model.slug, "parameters": parameters}
