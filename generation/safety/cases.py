"""The only place where a case is opened: what was held back, and why."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from PIL.Image import Image as Picture

from generation.models import Batch, Job, Reason, SafetyCase
from generation.provenance.fingerprint import pixels
from generation.safety import quarantine
from generation.safety.finding import Finding
from workspaces.models import Workspace

DETAILS = 2000  # characters of what a checker said that are kept


def of_prompt(batch: Batch, digest: str, finding: Finding, level: str) -> SafetyCase:
    """The person's case about this prompt: the one there is, or a new one."""
    known = SafetyCase.objects.filter(digest=digest).exclude(state=SafetyCase.State.OVERTURNED)
    if case := known.first():
        return case
    try:
        with transaction.atomic():
            return SafetyCase.objects.create(
                author_id=batch.author_id,
                workspace_id=batch.workspace_id,
                stage=SafetyCase.Stage.PROMPT,
                reason=finding.reason,
                level=level,
                checker=finding.checker,
                prompt=batch.prompt,
                digest=digest,
                findings=_kept(finding.details),
            )
    except IntegrityError:
        # The same prompt came twice at once.
        return known.get()


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
        findings=_kept(finding.details),
        quarantined=quarantine.put(image) if image else "",
    )


def of_brought(
    person: Any,
    workspace: Workspace | None,
    digest: str,
    finding: Finding,
    level: str,
    image: Picture,
    prompt: str,
) -> SafetyCase:
    """A case about a picture of an archive, which goes into quarantine, too."""
    return SafetyCase.objects.create(
        author=person,
        workspace=workspace,
        stage=SafetyCase.Stage.OUTPUT,
        reason=finding.reason,
        level=level,
        checker=finding.checker,
        prompt=prompt,
        digest=digest,
        findings=_kept(finding.details),
        quarantined=quarantine.put(image),
    )


def of_service(job: Job, reason: str, sentence: str) -> SafetyCase:
    """A service's own check stopped the picture: there is nothing to look at, but to know of."""
    known = Reason(reason) if reason in Reason.values else Reason.OTHER
    finding = Finding(known, job.model.provider, {"said": sentence[:500]})
    return of_picture(job, finding, "", None)


def digest_of(job: Job) -> str:
    """Of the one picture that this job makes; a retry has the same seed and makes the same."""
    return f"job:{job.pk}"


def digest_of_brought(person: Any, image: Picture) -> str:
    """Of the picture as this person's, however it is packed."""
    return hashlib.sha256(f"brought:{person.pk}:{pixels(image)}".encode()).hexdigest()


def _kept(details: Mapping[str, Any]) -> dict[str, Any]:
    """What a checker said, as far as a row may hold it: it may say anything at any length."""
    text = json.dumps(details, default=str).replace("\\u0000", "")
    return dict(json.loads(text)) if len(text) <= DETAILS else {"said": text[:DETAILS]}
