"""Turns an OpenAI request into a batch and submits it, as `/api/generate` does with its own."""

from collections.abc import Mapping
from copy import copy
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from generation import uploads
from generation.api import sources
from generation.api.place import place_of
from generation.models import Batch, ImageModel, Input, Upload
from generation.openai_dialect import naming, retries
from generation.openai_dialect.wording import Asked
from generation.submit import check, digest_of, submit, submitted
from pixazo.api import DoorRequest, refusal
from pixazo.errors import UserError

WORKSPACE = "X-Workspace"
# What a batch calls otherwise.
THEIRS = {"count": "n", "source": "image", "references": "image", "reference": "image"}

Outside = list[tuple[Input, str, Any]]


def order(
    request: DoorRequest, asked: Asked, sent: Mapping[str, Any], pictures: Mapping[str, Any]
) -> Batch:
    """`sent` tells this request from others; `pictures` are `source`, `mask` and `references`, as
    files or by their names. Raises `UserError`."""
    try:
        return _ordered(request, asked, sent, pictures)
    except ValidationError as error:
        raise _in_their_words(refusal(error), asked) from None
    except UserError as error:
        raise _in_their_words(error, asked) from None


def _ordered(
    request: DoorRequest, asked: Asked, sent: Mapping[str, Any], pictures: Mapping[str, Any]
) -> Batch:
    what = {"path": request.path, "workspace": request.headers.get(WORKSPACE, ""), **sent}
    key, digest = retries.key_of(request, what), digest_of(what)
    if earlier := submitted(request.user, key, digest):
        return earlier
    batch, outside = _batch(request, asked, pictures)
    batch.idempotency_key, batch.idempotency_digest = key, digest
    if outside:
        check(copy(batch))
        _bring(batch, outside)
    return submit(batch)


def _batch(
    request: DoorRequest, asked: Asked, pictures: Mapping[str, Any]
) -> tuple[Batch, Outside]:
    values: dict[str, Any] = {"prompt": "", "negative_prompt": "", "count": 1}
    values |= asked.wording.values
    has_mask, has_source = "mask" in pictures, "source" in pictures
    mode = naming.mode_of(has_source=has_source, has_mask=has_mask)
    model = naming.model_named(request.user, asked.model, mode)
    slug = values.pop("workspace", "") or request.headers.get(WORKSPACE, "")
    workspace, topic = place_of(request.user, slug, values.pop("topic", ""))
    found = sources.named(workspace, {**pictures})
    if not has_source:
        _fit(values, model, asked.size)
    batch = Batch(
        workspace=workspace,
        topic=topic,
        author=request.user,
        model=model,
        mode=mode,
        door=Batch.Door.OPENAI,
        **values,
    )
    batch.pictures = found.inputs
    batch.api_key = request.auth
    return batch, found.outside


def _fit(values: dict[str, Any], model: ImageModel, size: tuple[int, int] | None) -> None:
    """Clients know sizes of other models: the nearest of this one's is drawn. What is worked from
    a picture has that picture's size anyway."""
    if size is None or values.keys() & {"width", "height"}:
        return
    values["width"], values["height"] = model.contract.following(size)


def _bring(batch: Batch, outside: Outside) -> None:
    """Pictures from outside, and a mask whose transparent part is meant."""
    for each in outside:
        picture, name, given = each
        if name == "mask" and isinstance(given, UploadedFile):
            picture.upload = _hole(batch, given)
        else:
            sources.bring([each], batch.workspace, batch.author)
    sizes = {
        each.role: (each.picture.width, each.picture.height)
        for each in batch.pictures
        if each.picture and each.role != Input.Role.REFERENCE
    }
    mask, source = sizes.get("mask"), sizes.get("source")
    if mask and source and mask != source:
        sentence = _(
            "The mask has %(mask)s pixels and the picture %(source)s: they must have the same size."
        ) % {"mask": "x".join(map(str, mask)), "source": "x".join(map(str, source))}
        raise UserError(sentence, code="invalid", fields={"mask": [sentence]})


def _hole(batch: Batch, file: UploadedFile) -> Upload:
    try:
        return uploads.receive(
            batch.workspace, batch.author, file, Upload.Origin.MASK, is_hole=True
        )
    except UserError as error:
        error.fields = {"mask": [error.sentence]}
        raise


def _in_their_words(error: UserError, asked: Asked) -> UserError:
    fields = asked.wording.in_their_words(error.fields)
    if asked.size and not asked.wording.spelled.keys() & {"width", "height"}:
        fields = {
            {"width": "size", "height": "size"}.get(name, name): said
            for name, said in fields.items()
        }
    error.fields = {THEIRS.get(name, name): said for name, said in fields.items()}
    return error
