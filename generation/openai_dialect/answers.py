"""How OpenAI's clients are told of pictures: as an answer, or event by event."""

import base64
import json
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.utils.translation import gettext as _

from generation import pictures, serving
from generation.models import Batch, Image, Job
from generation.openai_dialect.files import url_of
from generation.openai_dialect.wording import Asked
from pixazo.errors import UserError
from pixazo.openai_form.errors import Final, refusal
from pixazo.texts.kept import shown


class NotMade(Final):
    """Drawing it was tried as often as is any use."""

    code = "generation_failed"
    status = 500


class StillBeingMade(UserError):
    """Asked again, the same pictures are waited for."""

    code = "still_being_made"
    status = 504


def whole(asked: Asked, base: str, batch: Batch, jobs: Sequence[Job]) -> HttpResponse:
    """Of pictures of which some could not be made, the others."""
    made = [job.image for job in jobs if is_made(job)]
    if not made:
        return refusal(why_not(jobs))
    return JsonResponse(
        {
            "created": int(batch.created.timestamp()),
            "data": [_datum(asked, base, image) for image in made],
            **about(asked, batch),
            "model": batch.model.slug,
            "seeds": [job.seed for job in jobs if is_made(job)],
            "corrections": [shown(sentence) for sentence in batch.corrections],
            "page_url": base + batch.get_absolute_url(),
        }
    )


def about(asked: Asked, batch: Batch) -> dict[str, Any]:
    return {
        "background": "opaque",
        "output_format": asked.format,
        "quality": "auto",
        "size": f"{batch.width}x{batch.height}",
    }


def event(name: str, **data: Any) -> bytes:
    return f"event: {name}\ndata: {json.dumps({'type': name, **data})}\n\n".encode()


def error_event(error: UserError) -> bytes:
    body = json.loads(refusal(error).content)
    return f"event: error\ndata: {json.dumps({'type': 'error', **body})}\n\n".encode()


def encoded(content: bytes, asked: Asked) -> str:
    return base64.b64encode(pictures.in_format(content, asked.format, asked.quality)).decode()


def b64_of(asked: Asked, image: Image) -> str:
    return encoded(serving.read(image.original), asked)


def why_not(jobs: Sequence[Job]) -> UserError:
    """Of several that were not made, the first says it for all."""
    job = jobs[0]
    sentence = _("%(why)s (Job %(job)s.)") % {
        "why": shown(job.error) or f"{job.get_state_display()}.",
        "job": job.pk,
    }
    if job.state == Job.State.BLOCKED:
        return Final(sentence, code="held_back", status=400)
    if job.state == Job.State.CANCELLED:
        return Final(sentence, code="cancelled", status=409)
    return NotMade(sentence, code=job.error_code or None)


def still_being_made(jobs: Sequence[Job]) -> StillBeingMade:
    return StillBeingMade(
        _(
            "The picture is still being made, and you will find it in your workspace. Its job is"
            " %(job)s: GET /api/status/%(job)s says how far it is."
        )
        % {"job": jobs[0].pk}
    )


def is_made(job: Job) -> bool:
    image: Image | None = getattr(job, "image", None)
    return image is not None and image.deleted is None


def _datum(asked: Asked, base: str, image: Image) -> dict[str, str]:
    if asked.as_url:
        return {"url": base + url_of(image, asked.format)}
    return {"b64_json": b64_of(asked, image)}
