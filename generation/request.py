"""The only place that turns a job's rows into what a provider is asked."""

from generation.models import Job
from generation.providers.base import ImageRequest


def image_request(job: Job) -> ImageRequest:
    batch, model = job.batch, job.model
    return ImageRequest(
        address=model.address,
        api_key=model.api_key,
        prompt=batch.prompt,
        negative_prompt=batch.negative_prompt,
        width=batch.width,
        height=batch.height,
        num_inference_steps=batch.num_inference_steps,
        guidance_scale=batch.guidance_scale,
        seed=job.seed,
        family=model.family,
        weights_sha256=model.weights_sha256,
        options=model.options,
        adapter=model.adapter,
        token=str(job.pk),
        remote_id=job.remote_id,
    )
