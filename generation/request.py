"""The only place that turns a job's rows into what a provider is asked."""

from collections.abc import Iterable, Iterator
from uuid import UUID

from django.utils.translation import gettext as _
from PIL.Image import Image as Picture

from generation import handed, keys
from generation.inputs import Opened, opened
from generation.models import Batch, ImageModel, Job, Lora, Service
from generation.providers.base import ImageRequest, LoraUse
from generation.providers.errors import ModelTrouble, ProviderError

# Providers know fewer modes: the rest is what the source and the mask look like.
MODES = {Batch.Mode.OUTPAINT: Batch.Mode.INPAINT, Batch.Mode.VARIATION: Batch.Mode.IMAGE}


class LoraGone(ProviderError):
    code = "lora_gone"

    def __init__(self, slug: str) -> None:
        super().__init__(
            _("The LoRA %(slug)s is not there any more. Ask again without it.") % {"slug": slug}
        )


def image_requests(jobs: Iterable[Job]) -> list[ImageRequest]:
    """Raises `inputs.InputGone` or `LoraGone` where something was deleted since it was asked, and
    `ModelTrouble` for a model of a service without one."""
    # A batch's jobs work from the same pictures, which are opened once for all in a call.
    seen: dict[UUID, Opened] = {}
    return [_image_request(job, seen) for job in jobs]


def _image_request(job: Job, seen: dict[UUID, Opened]) -> ImageRequest:
    batch, model = job.batch, job.model
    if model.provider in Service.Kind.values and model.service is None:
        raise ModelTrouble(_("This model belongs to no service."), code="no_service")
    # What was ordered before is only asked for: the service has its pictures.
    pictures = Opened() if job.has_ticket else _opened(job, seen)
    return ImageRequest(
        address=model.address,
        api_key=keys.key_for(job),
        base_url=model.service.base_url if model.service else "",
        key_header=model.service.key_header if model.service else "",
        key_prefix=model.service.key_prefix if model.service else "",
        calls_a_minute=model.service.calls_a_minute if model.service else 0,
        prompt=batch.drawn_prompt,
        negative_prompt=batch.negative_prompt,
        width=batch.width,
        height=batch.height,
        num_inference_steps=batch.num_inference_steps,
        guidance_scale=batch.guidance_scale,
        seed=job.seed,
        mode=str(MODES.get(Batch.Mode(batch.mode), batch.mode)),
        strength=batch.strength,
        scale=batch.scale,
        source=pictures.source,
        mask=pictures.mask,
        references=pictures.references,
        scheduler=batch.scheduler,
        loras=tuple(_loras(batch)),
        family=model.family,
        weights_sha256=model.weights_sha256,
        options=model.options,
        adapter=model.adapter,
        source_url=_address(job, "source", pictures.source),
        mask_url=_address(job, "mask", pictures.mask),
        token=str(job.pk),
        remote_id=job.remote_id,
    )


def _opened(job: Job, seen: dict[UUID, Opened]) -> Opened:
    if job.batch_id not in seen:
        seen[job.batch_id] = opened(job)
    return seen[job.batch_id]


def _address(job: Job, role: str, picture: Picture | None) -> str:
    """Where the service can fetch it; others get the picture itself."""
    wants_address = job.model.provider == ImageModel.Provider.PIXAZO
    return handed.hand(picture, f"{job.pk}-{role}") if wants_address and picture else ""


def _loras(batch: Batch) -> Iterator[LoraUse]:
    wanted = {each["lora"]: each["weight"] for each in batch.loras}
    rows = Lora.objects.filter(slug__in=wanted, is_active=True) if wanted else ()
    found = {lora.slug: lora for lora in rows}
    for slug, weight in wanted.items():
        if slug not in found:
            raise LoraGone(slug)
        yield LoraUse(slug, found[slug].file, weight, found[slug].sha256)
