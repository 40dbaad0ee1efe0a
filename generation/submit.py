"""The only place that accepts a request: batch, holds and jobs at once, then the bell."""

import json
import secrets
from collections.abc import Mapping
from functools import partial
from hashlib import sha256
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.timezone import now

from accounts.models import User
from billing.models import Account
from generation import doorbell
from generation.contract import MAX_SEED
from generation.fault_points import reach
from generation.models import Batch, Job, Transition
from pixazo.errors import UserError
from pixazo.events import announce

# What two requests from one place must have in common to be the same one.
ASKED = (
    "workspace_id",
    "topic_id",
    "model_id",
    "prompt",
    "negative_prompt",
    "width",
    "height",
    "num_inference_steps",
    "guidance_scale",
    "count",
    "seed",
)


class KeyReused(UserError):
    code = "idempotency_key_reused"
    status = 422


class NotRetryable(UserError):
    code = "not_retryable"
    status = 409


def submit(batch: Batch) -> Batch:
    """Accept an unsaved batch: what this returns will be drawn, whatever breaks meanwhile.

    What was left None or "" gets its default, the seed chance. `corrections` says what the model's
    contract changed. The same author, idempotency key and request return the first batch, whatever
    has become of defaults and models since. Raises ValidationError (field: sentence),
    `billing.models.OutOfUnits` or `KeyReused`.
    """
    if not batch.idempotency_digest:
        batch.idempotency_digest = digest_of({name: getattr(batch, name) for name in ASKED})
    if earlier := _before(batch):
        return earlier
    batch.full_clean(validate_unique=False, validate_constraints=False)
    if batch.seed is None:
        batch.seed = secrets.randbelow(MAX_SEED + 1)
    try:
        with transaction.atomic():
            _accept(batch)
    except IntegrityError:
        # The same request came twice at once and the other one was first.
        if earlier := _before(batch):
            return earlier
        raise
    return batch


def digest_of(sent: Mapping[str, Any]) -> str:
    """What tells one request from another: of what was sent, before anything is filled in."""
    return sha256(json.dumps(sent, sort_keys=True, default=str).encode()).hexdigest()


def submitted(author: User, key: str, digest: str) -> Batch | None:
    """The batch that this request has made before, if there is one.

    For a door that fills in what was not sent: it asks first. Raises `KeyReused`.
    """
    if not key:
        return None
    rows = Batch.objects.filter(author=author, idempotency_key=key)
    earlier = rows.select_related("model", "workspace").first()
    if earlier and earlier.idempotency_digest != digest:
        raise KeyReused("This idempotency key was used for a different request before.")
    return earlier


def retry(job: Job, author: Any) -> Job:
    """Queue a picture again that failed or was cancelled; `author` pays for it.

    Raises `NotRetryable` or `billing.models.OutOfUnits`.
    """
    batch = job.batch
    if batch.deleted:
        raise NotRetryable("This picture was deleted.")
    if not batch.model.is_active:
        raise NotRetryable(f"{batch.model.name} can't be used for new pictures at present.")
    with transaction.atomic():
        if not job.wait_again(author.pk, now()):
            raise NotRetryable("Only a picture that failed or was cancelled can be made again.")
        Account.objects.of(author).hold_each({job.pk: job.units})
        announce(author.channel, "units", author.pk)
        transaction.on_commit(partial(doorbell.ring, job.lane))
    return job


def _accept(batch: Batch) -> None:
    batch.save(force_insert=True)
    jobs = [
        Job(
            batch=batch,
            index=index,
            author_id=batch.author_id,
            model=batch.model,
            lane=batch.model.lane,
            shape=batch.shape,
            seed=(batch.seed + index) % (MAX_SEED + 1),
            steps=batch.num_inference_steps,
            units=price,
            is_idle=batch.time_class == Batch.TimeClass.WHENEVER,
        )
        for index, price in enumerate(batch.prices)
    ]
    Account.objects.of(batch.author).hold_each({job.pk: job.units for job in jobs})
    Job.objects.bulk_create(jobs)
    Transition.objects.bulk_create(Transition(job=job, state=job.state) for job in jobs)
    batch.announce()
    announce(batch.author.channel, "units", batch.author_id)
    reach("submit.written")
    transaction.on_commit(partial(_ring, batch.model.lane))


def _ring(lane: str) -> None:
    reach("submit.committed")
    doorbell.ring(lane)


def _before(batch: Batch) -> Batch | None:
    return submitted(batch.author, batch.idempotency_key, batch.idempotency_digest)
