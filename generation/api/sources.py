"""The pictures that an API request names, sends or points at, as a batch's inputs."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile

from generation import uploads
from generation.models import Input, Upload
from pixazo.errors import UserError
from workspaces.models import Workspace

# A request's field, and the role of what it names.
ROLES = {"source": "source", "mask": "mask", "references": "reference"}
MOST = 20  # more than any model looks at; the contract's own limit is said by the batch


def inputs_of(workspace: Workspace, author: Any, values: dict[str, Any]) -> list[Input]:
    """Takes `source`, `mask` and `references` out of the values; raises `UserError`.

    Each is `image:<id>`, `upload:<id>`, an id, an http(s) address, a data: URL, or a file. What
    comes from outside goes through the uploads' gate and is the workspace's from then on.
    """
    found = []
    for name, role in ROLES.items():
        given = values.pop(name, None)
        pictures = given if isinstance(given, list) else [] if given in (None, "") else [given]
        if len(pictures) > MOST:
            raise _refused(name, UserError(f"Send up to {MOST} pictures.", code="invalid"))
        for position, each in enumerate(pictures):
            try:
                picture = _input(workspace, author, each, role)
            except UserError as error:
                raise _refused(name, error) from None
            picture.position = position
            found.append(picture)
    return found


def _input(workspace: Workspace, author: Any, given: Any, role: str) -> Input:
    is_mask = role == Input.Role.MASK
    if isinstance(given, UploadedFile):
        origin = Upload.Origin.MASK if is_mask else Upload.Origin.FILE
        return Input(role=role, upload=uploads.receive(workspace, author, given, origin))
    if given[:5].lower() == "data:" or "://" in given[:10]:
        origin = Upload.Origin.MASK if is_mask else Upload.Origin.URL
        return Input(role=role, upload=uploads.fetch(workspace, author, given, origin))
    return Input.objects.named(workspace, given, role)


def _refused(name: str, error: UserError) -> UserError:
    return UserError(
        error.sentence, code=error.code, status=error.status, fields={name: [error.sentence]}
    )
