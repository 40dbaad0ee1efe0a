"""The policy's look at a finished picture, before it is stored where anybody could see it."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from django.conf import settings
from django.utils.translation import gettext as _
from PIL.Image import Image

from generation import handed, keys
from generation.models import Job, Reason, SafetyCase, Service
from generation.providers.errors import Busy, HeldBack, ProviderError
from generation.safety import cases, levels
from generation.safety.finding import Finding
from pixazo.errors import UserError
from workspaces.models import Workspace

CHECKER = "pixazo"
# Seconds; the lease is renewed meanwhile, and the next picture is being drawn.
PATIENCE = 90.0
LONGEST_PAUSE = 20.0
LIKELY = 0.5

Answer = TypeVar("Answer")


def is_looked_at(job: Job) -> bool:
    """Whether its author's finished pictures are checked; then previews show colours only."""
    # The setting first: most sites never need to read who the author is.
    return settings.CONTENT_SAFETY and _looks_at(job.batch.author)


def _looks_at(person: Any) -> bool:
    return settings.CONTENT_SAFETY and levels.level_for(person) != levels.OFF


def check(job: Job, image: Image) -> None:
    """Raises `HeldBack`, with a case for staff, if the policy forbids the picture; another
    `ProviderError` if nobody could be asked: what was not looked at is not shown."""
    if not is_looked_at(job):
        return
    if SafetyCase.objects.is_allowed(cases.digest_of(job)):
        return
    if finding := _finding(image):
        cases.of_picture(job, finding, levels.level_for(job.batch.author), image)
        raise HeldBack(
            _("This picture was held back by the safety check."), reason=finding.reason.value
        )


def is_held_back(image: Image, person: Any, workspace: Workspace | None, prompt: str) -> bool:
    """Whether the policy forbids a picture that was not drawn here; then there is a case for staff.
    Raises `CannotLook` if nobody could be asked."""
    if not _looks_at(person):
        return False
    digest = cases.digest_of_brought(person, image)
    known = SafetyCase.objects.filter(digest=digest, author=person)
    if known.is_allowed(digest):
        return False
    if known.exists():
        return True
    try:
        finding = _finding(image)
    except NotLookedAt as error:
        raise CannotLook(error.sentence) from error
    if finding is None:
        return False
    level = levels.level_for(person)
    cases.of_brought(person, workspace, digest, finding, level, image, prompt)
    return True


def _finding(image: Image) -> Finding | None:
    """What Pixazo's content safety says. Raises `ProviderError`."""
    from generation.providers.pixazo.content_safety import content_safety

    services = Service.objects.filter(kind=Service.Kind.PIXAZO, is_active=True)
    service = services.exclude(moderation_path="").first()
    if service is None:
        raise NotLookedAt(
            details="No service of the kind Pixazo.ai that checks pictures is switched on."
        )
    account = keys.account_of(service)
    try:
        address = handed.hand(image)
        said = _patiently(lambda: content_safety(address, account, service.moderation_path))
    except ProviderError as error:
        raise NotLookedAt(details=f"{error.sentence} {error.details}") from error
    return Finding(_reason(said.findings), CHECKER, said.findings) if said.flagged else None


def _patiently(ask: Callable[[], Answer]) -> Answer:
    """A picture that is drawn is worth some waiting for a service that is busy."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return ask()
        except Busy as error:
            pause = min(max(error.retry_after, 1.0), LONGEST_PAUSE)
            if time.monotonic() + pause > until:
                raise
            time.sleep(pause)


def _reason(findings: Any) -> Reason:
    """The vendor documents no kinds: the names of what it found, and its words, are looked at."""
    words = " ".join(_found(findings)).casefold()
    for reason in (Reason.SEXUAL, Reason.VIOLENCE, Reason.HATE, Reason.SELF_HARM):
        if reason.value in words:
            return reason
    return Reason.SEXUAL if "nsfw" in words or "nud" in words else Reason.OTHER


def _found(findings: Any, name: str = "") -> Iterator[str]:
    """Names whose value says yes (true, or more likely than not), and texts."""
    if isinstance(findings, Mapping):
        for key, value in findings.items():
            yield from _found(value, str(key))
    elif isinstance(findings, list):
        for value in findings:
            yield from _found(value, name)
    elif isinstance(findings, str):
        yield findings
    elif isinstance(findings, int | float) and findings > LIKELY:
        yield name


class NotLookedAt(ProviderError):
    code = "safety_unavailable"

    def __init__(self, details: str = "") -> None:
        sentence = _("The safety check could not be asked about this picture. Try again later.")
        super().__init__(sentence, details=details)


class CannotLook(UserError):
    code = "safety_unavailable"
    status = 503
