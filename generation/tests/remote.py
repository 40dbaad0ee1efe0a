"""What tests of services share: a service with a model, and a look at how a job ended."""

import io

from django.core.files.storage import default_storage
from django.utils.timezone import now

from billing.models import Account
from generation.invariants import violations
from generation.models import Image, ImageModel, Input, Job, Service, Upload
from generation.storage import stored_keys
from generation.submit import submit
from generation.tests.engine import claim, draw, request
from generation.tests.stand_ins.server import picture

SIDES = {
    "width": {"default": 64, "min": 32, "max": 256, "step": 8},
    "height": {"default": 64, "min": 32, "max": 256, "step": 8},
}
STEPS = {"num_inference_steps": {"default": 4, "min": 1, "max": 50}}


def make_service(kind, url, **fields):
    fields = {"slug": kind, "name": kind.title(), "calls_a_minute": 1000, **fields}
    return Service.objects.create(kind=kind, base_url=url, **fields)


def make_model(service, slug="far", adapter=None, **fields):
    contract = SIDES | STEPS | fields.pop("contract", {})
    return ImageModel.objects.create(
        slug=slug,
        name=slug.title(),
        provider=service.kind,
        service=service,
        address=slug,
        adapter=adapter or {},
        contract_data=contract,
        **fields,
    )


def once():
    """One claim and what comes of it; False if nothing could be claimed."""
    jobs = claim()
    if jobs:
        draw(jobs)
    return bool(jobs)


def rested():
    """As if the time had passed that jobs were told to wait."""
    Job.objects.update(rest_until=None)
    Service.objects.update(closed_until=None)


def succeeded(job):
    job.refresh_from_db()
    assert (job.state, job.error) == (Job.State.SUCCEEDED, "")
    assert Account.objects.get(user_id=job.author_id).held == 0
    found = violations(idle=True)
    assert found == [], found
    return Image.objects.get(job=job)


def failed(job, code):
    """It ended, said why in a sentence, and cost nothing."""
    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.FAILED, code), job.details
    return ended(job)


def ended(job):
    account = Account.objects.get(user_id=job.author_id)
    assert (account.held, account.spent) == (0, 0)
    assert not Image.objects.exists()
    assert [key for key in stored_keys() if "/handed/" not in key] == []
    assert job.error.endswith(".")
    assert len(job.details) <= 4000
    found = violations(idle=True)
    assert found == [], found
    return job


def waiting(job):
    """It waits again, not before some seconds have passed; its units stay set aside."""
    job.refresh_from_db()
    assert (job.state, job.attempt) == (Job.State.QUEUED, 0)
    assert job.rest_until > now()
    assert Account.objects.get(user_id=job.author_id).held == job.units
    return (job.rest_until - now()).total_seconds()


def inpainting(workspace, model):
    """A request to draw a red square anew, all of it: its job."""
    batch = request(workspace, model, mode="inpaint", width=64, height=64)
    batch.pictures = [
        Input(role=Input.Role.SOURCE, upload=uploaded(workspace, "source", picture(colour="red"))),
        Input(role=Input.Role.MASK, upload=uploaded(workspace, "mask", picture(colour="white"))),
    ]
    return submit(batch).jobs.get()


def uploaded(workspace, name, content):
    key = default_storage.save(f"uploads/{name}.png", io.BytesIO(content))
    small = default_storage.save(key.replace(".png", ".small.webp"), io.BytesIO(content))
    return Upload.objects.create(
        workspace=workspace,
        original=key,
        small=small,
        width=64,
        height=64,
        bytes=len(content),
        sha256=name,
    )
