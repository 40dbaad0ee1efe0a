"""The pictures that an API request names, sends or points at, as a batch's inputs."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from time import monotonic
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from generation import uploads
from generation.models import Input, Upload
from pixazo.errors import UserError
from workspaces.models import Workspace

# A request's field, and the role of what it names.
ROLES = {"source": "source", "mask": "mask", "references": "reference"}
MOST = 20  # more than any model looks at; the contract's own limit is said by the batch
SECONDS = 30.0  # for fetching all pictures of one request


@dataclass
class Sources:
    """`inputs` in their order; those of them that come from outside are awaited until `bring`."""

    inputs: list[Input] = field(default_factory=list)
    outside: list[tuple[Input, str, Any]] = field(default_factory=list)  # and field, and what came


def named(workspace: Workspace, values: dict[str, Any]) -> Sources:
    """Takes `source`, `mask` and `references` out of the values; raises `UserError`.

    Each is `image:<id>`, `upload:<id>`, an id, an http(s) address, a data: URL, or a file.
    """
    sources = Sources()
    for name, role in ROLES.items():
        given = values.pop(name, None)
        pictures = given if isinstance(given, list) else [] if given in (None, "") else [given]
        if len(pictures) > MOST:
            raise _refused(
                name, UserError(_("Send up to %(most)s pictures.") % {"most": MOST}, code="invalid")
            )
        for position, each in enumerate(pictures):
            if _is_from_outside(each):
                picture = Input(role=role, upload=Upload(workspace=workspace))
                sources.outside.append((picture, name, each))
            else:
                picture = _own(workspace, name, each, role)
            picture.position = position
            sources.inputs.append(picture)
    return sources


def bring(outside: Iterable[tuple[Input, str, Any]], workspace: Workspace, author: Any) -> None:
    """What comes from outside goes through the uploads' gate and is the workspace's from then on.

    Once the rest of the request is known to be right: a refusal should cost no download. Raises
    `UserError`.
    """
    until = monotonic() + SECONDS
    for picture, name, given in outside:
        try:
            picture.upload = _received(workspace, author, given, picture.role, until)
        except UserError as error:
            raise _refused(name, error) from None


def _is_from_outside(given: Any) -> bool:
    if isinstance(given, UploadedFile):
        return True
    return given[:5].lower() == "data:" or "://" in given[:10]


def _own(workspace: Workspace, name: str, given: str, role: str) -> Input:
    try:
        return Input.objects.named(workspace, given, role)
    except UserError as error:
        raise _refused(name, error) from None


def _received(workspace: Workspace, author: Any, given: Any, role: str, until: float) -> Upload:
    is_mask = role == Input.Role.MASK
    if isinstance(given, UploadedFile):
        origin = Upload.Origin.MASK if is_mask else Upload.Origin.FILE
        return uploads.receive(workspace, author, given, origin)
    origin = Upload.Origin.MASK if is_mask else Upload.Origin.URL
    return uploads.fetch(workspace, author, given, origin, seconds=until - monotonic())


def _refused(name: str, error: UserError) -> UserError:
    return UserError(
        error.sentence, code=error.code, status=error.status, fields={name: [error.sentence]}
    )
