"""The only place that accepts a request: batch, holds and jobs at once, then the bell."""

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from hashlib import sha256
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from generation import doorbell
from generation.contract import MAX_SEED
from generation.fault_points import reach
from generation.holds import hold
from generation.models import Batch, Input, Job, Transition, Turn, diary
from generation.models.batch import TOPIC_GONE
from generation.models.input import PictureMissing
from generation.models.new_job import NewJob
from generation.room import look_for_room
from generation.safety import prompts as safety
from pixazo.errors import UserError
from pixazo.events import announce_all
from pixazo.ids import uuid7
from pixazo.insertion import insert, insert_columns
from pixazo.logs.context import request_id

NEXT = "#"  # between a key and the number of a further batch of the same request

# What two requests from one place must have in common to be the same one.
ASKED = (
    "workspace_id",
    "topic_id",
    "model_id",
    "prompt",
    "negative_prompt",
    "template",
    "width",
    "height",
    "num_inference_steps",
    "guidance_scale",
    "mode",
    "strength",
    "variation",
    "scheduler",
    "loras",
    "margins",
    "scale",
    "time_class",
    "count",
    "seed",
)


class KeyReused(UserError):
    code = "idempotency_key_reused"
    status = 422


def submit(batch: Batch) -> Batch:
    """Accept an unsaved batch: what this returns will be drawn, whatever breaks meanwhile.

    What was left None or "" gets its default, the seed chance. `corrections` says what the model's
    contract changed. The same author, idempotency key and request return the first batch, whatever
    has become of defaults and models since. Raises ValidationError (field: sentence),
    `billing.models.OutOfUnits`, `accounts.models.CapReached`, `holds.TooManyWaiting`,
    `room.NoRoom` or `KeyReused`.
    """
    if not batch.idempotency_digest:
        batch.idempotency_digest = digest_of(_asked(batch))
    if earlier := _before(batch):
        return earlier
    look_for_room()
    check(batch)
    if batch.seed is None:
        batch.seed = secrets.randbelow(MAX_SEED + 1)
    batch.new_jobs = _jobs(batch)
    try:
        with transaction.atomic():
            _accept([batch])
    except IntegrityError:
        # The same request came twice at once and the other one was first.
        if earlier := _before(batch):
            return earlier
        if not all(each.is_there() for each in batch.pictures):
            # The collector was: nothing had used this upload for days.
            raise PictureMissing from None
        raise
    return batch


def submit_all(batches: Sequence[Batch]) -> list[Batch]:
    """Accept all of them or none: what one request meant (`generation/expand.py`).

    They share the first one's key and digest. Raises as `submit` does.
    """
    if len(batches) == 1:
        return [submit(batches[0])]
    first = batches[0]
    if earlier := submitted_all(first.author, first.idempotency_key, first.idempotency_digest):
        return earlier
    look_for_room()
    for number, batch in enumerate(batches):
        if number and first.idempotency_key:
            batch.idempotency_key = f"{first.idempotency_key}{NEXT}{number}"
    check(*batches)
    for batch in batches:
        batch.new_jobs = _jobs(batch)
    try:
        with transaction.atomic():
            _accept(batches)
    except IntegrityError:
        key, digest = first.idempotency_key, first.idempotency_digest
        if earlier := submitted_all(first.author, key, digest):
            return earlier
        raise
    return list(batches)


def submitted_all(author: User, key: str, digest: str) -> list[Batch]:
    """The batches that this request has made before, in order. Raises `KeyReused`."""
    earlier = submitted(author, key, digest)
    if earlier is None:
        return []
    others = Batch.objects.filter(author=author, idempotency_key__startswith=f"{key}{NEXT}")
    return [earlier, *others.select_related("model", "workspace").order_by("id")]


def check(*batches: Batch) -> None:
    """What `submit` would refuse is refused; what it would fill in and correct, is. Nothing is
    kept but a case of what the safety policy holds back: a door that is only asked for the price
    stops here."""
    for batch in batches:
        batch.full_clean(validate_unique=False, validate_constraints=False)
    safety.check(*batches)


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
        raise KeyReused(_("This idempotency key was used for a different request before."))
    return earlier


def _accept(batches: Sequence[Batch]) -> None:
    """Of one request: they differ in what is drawn only. One statement for each kind of row."""
    first = batches[0]
    jobs = [job for batch in batches for job in batch.new_jobs or ()]
    for batch in batches:
        batch.request_id = batch.request_id or request_id()
    insert(batches)
    hold(first.account, jobs, more=len(jobs))
    if first.api_key:
        first.api_key.spend(sum(job.units for job in jobs))
    insert([each for batch in batches for each in _inputs(batch)])
    _write(batches, jobs)
    announce_all(
        [
            *((batch.workspace.channel, "batch", batch.pk) for batch in batches),
            (first.author.channel, "units", first.author_id),
        ]
    )
    # Late, so that whoever else asks for something in this topic waits for us but shortly.
    written = (first.template or {}).get("prompt", first.prompt)
    if not first.topic.note_use(written, first.author_id):
        raise ValidationError({"topic": TOPIC_GONE})
    # Last, so that nobody waits for us while they have claimed something of this person's.
    Turn.objects.arrive(first.author_id, first.model.lane, first.is_idle)
    reach("submit.written")
    transaction.on_commit(partial(diary.accepted, batches))
    transaction.on_commit(partial(_ring, first.model.lane))


def _jobs(batch: Batch) -> list[NewJob]:
    return [
        NewJob(uuid7(), batch.pk, index, (batch.seed + index) % (MAX_SEED + 1), price)
        for index, price in enumerate(batch.prices)
    ]


def _write(batches: Sequence[Batch], jobs: Sequence[NewJob]) -> None:
    ids = [job.pk for job in jobs]
    of = [batch for batch in batches for _ in range(batch.count)]
    insert_columns(
        Job,
        len(jobs),
        id=ids,
        batch_id=[job.batch_id for job in jobs],
        index=[job.index for job in jobs],
        seed=[job.seed for job in jobs],
        units=[job.units for job in jobs],
        shape=[shape for batch in batches for shape in [batch.shape] * batch.count],
        author_id=[batch.author_id for batch in of],
        model_id=[batch.model_id for batch in of],
        lane=[batch.model.lane for batch in of],
        steps=[batch.num_inference_steps for batch in of],
        is_idle=[batch.is_idle for batch in of],
    )
    insert_columns(Transition, len(jobs), job_id=ids, state=Job.State.QUEUED)


def _inputs(batch: Batch) -> Iterator[Input]:
    for picture in batch.pictures:
        picture.batch = batch
        yield picture


def _asked(batch: Batch) -> dict[str, Any]:
    pictures = [
        (each.role, each.image_id or each.upload_id)
        for each in sorted(batch.pictures, key=lambda each: each.role)
    ]
    return {name: getattr(batch, name) for name in ASKED} | {"pictures": pictures}


def _ring(lane: str) -> None:
    reach("submit.committed")
    doorbell.ring(lane)


def _before(batch: Batch) -> Batch | None:
    return submitted(batch.author, batch.idempotency_key, batch.idempotency_digest)
