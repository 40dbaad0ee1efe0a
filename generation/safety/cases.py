"""The only place where a case is opened: what was held back, why, and what staff may look at."""

import io
import secrets
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Q
from PIL.Image import Image as Picture

from generation import pictures
from generation.models import Batch, Job, Reason, SafetyCase
from generation.safety.finding import Finding
from generation.storage import stored_keys

# Not below the folder of pictures: no address of the site leads here, the collector neither.
FOLDER = "quarantine"


def of_prompt(batch: Batch, digest: str, finding: Finding, level: str) -> SafetyCase:
    """The person's case about this prompt: the one there is, or a new one."""
    known = SafetyCase.objects.filter(author_id=batch.author_id, digest=digest)
    if case := known.exclude(state=SafetyCase.State.OVERTURNED).first():
        return case
    return SafetyCase.objects.create(
        author_id=batch.author_id,
        workspace_id=batch.workspace_id,
        stage=SafetyCase.Stage.PROMPT,
        reason=finding.reason,
        level=level,
        checker=finding.checker,
        prompt=batch.prompt,
        digest=digest,
        findings=dict(finding.details),
    )


def of_picture(job: Job, finding: Finding, level: str, image: Picture | None) -> SafetyCase:
    """A case about a job's picture, which goes into quarantine; without one where a service kept it
    to itself."""
    return SafetyCase.objects.create(
        author_id=job.author_id,
        workspace_id=job.batch.workspace_id,
        batch_id=job.batch_id,
        job=job,
        stage=SafetyCase.Stage.OUTPUT,
        reason=finding.reason,
        level=level,
        checker=finding.checker,
        prompt=job.batch.prompt,
        digest=digest_of(job),
        findings=dict(finding.details),
        quarantined=quarantine(image) if image else "",
    )


def of_service(job: Job, reason: str, sentence: str) -> SafetyCase:
    """A service's own check stopped the picture: there is nothing to look at, but to know of."""
    known = Reason(reason) if reason in Reason.values else Reason.OTHER
    finding = Finding(known, job.model.provider, {"said": sentence[:500]})
    return of_picture(job, finding, "", None)


def digest_of(job: Job) -> str:
    """Of the one picture that this job makes; a retry has the same seed and makes the same."""
    return f"job:{job.pk}"


def empty_quarantine(before: datetime) -> int:
    """Delete pictures of cases that were decided, or never appealed, since before then; and files
    of cases that went with their workspace. Says how many files."""
    old = SafetyCase.objects.exclude(quarantined="").filter(
        Q(decided__lt=before) | Q(state=SafetyCase.State.HELD, created__lt=before)
    )
    pictures.discard(old.values_list("quarantined", flat=True))
    count = old.update(quarantined="")
    named = set(SafetyCase.objects.exclude(quarantined="").values_list("quarantined", flat=True))
    lost = [
        key
        for key in stored_keys(FOLDER)
        if key not in named and default_storage.get_modified_time(key) < before
    ]
    pictures.discard(lost)
    return count + len(lost)


def quarantine(image: Picture) -> str:
    """Store a picture where staff alone can see it; its storage key."""
    file = io.BytesIO()
    image.convert("RGB").save(file, "PNG", compress_level=1)
    key = f"{FOLDER}/{secrets.token_hex(16)}.png"
    return default_storage.save(key, ContentFile(file.getvalue()))
