"""Turns a tool's arguments into a request and submits it, as `/api/generate` does with its own."""

from collections.abc import Mapping
from copy import copy
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from chat.mcp.caller import Caller
from generation.api import sources, spellings, visible
from generation.api.place import place_of
from generation.api.spellings import MARGINS, Wording
from generation.expand import Chosen, expand
from generation.models import Batch, ImageModel
from generation.submit import check, digest_of, submit, submitted
from pixazo.api import refusal
from pixazo.errors import UserError
from workspaces.models import Style, Workspace

KEY_LENGTH = 100
# Of a tool, not of the request.
OURS = ("style", "idempotency_key", "wait_seconds")
ANY_SEED = -1  # as pix_generate's first form has it


def order(
    caller: Caller, tool: str, sent: Mapping[str, Any], mode: str = ""
) -> tuple[Batch, list[str]]:
    """The accepted batch, and the arguments that nobody knows here. Raises `UserError`."""
    wording = spellings.read({name: value for name, value in sent.items() if name not in OURS})
    try:
        return _ordered(caller, tool, sent, wording, mode), wording.unknown
    except ValidationError as error:
        raise _in_their_words(refusal(error), wording) from None
    except UserError as error:
        raise _in_their_words(error, wording) from None


def _ordered(
    caller: Caller, tool: str, sent: Mapping[str, Any], wording: Wording, mode: str
) -> Batch:
    key = _key(sent.get("idempotency_key"))
    digest = digest_of(
        {"tool": tool, **{name: sent[name] for name in sent if name not in OURS[1:]}}
    )
    if earlier := submitted(caller.user, key, digest):
        return earlier
    values: dict[str, Any] = {"prompt": "", "negative_prompt": "", "count": 1, "mode": mode}
    values |= wording.values
    values.pop("dry_run", None)
    if values.get("seed") == ANY_SEED:
        del values["seed"]
    workspace, topic = _place(caller, values)
    style = _style(caller, workspace, sent.get("style"))
    values = (style.settings if style else {}) | values
    model = _model(caller.user, str(values.pop("model", "")), _mode_of(values))
    margins = {side: values.pop(side) for side in MARGINS if side in values}
    pictures = sources.named(workspace, values)
    batch = Batch(
        workspace=workspace,
        topic=topic,
        author=caller.user,
        door=Batch.Door.MCP,
        model=model,
        margins=margins or None,
        idempotency_key=key,
        idempotency_digest=digest,
        **values,
    )
    batch.pictures = pictures.inputs
    batch.api_key = caller.auth
    batch = _one(batch, style)
    if pictures.outside:
        check(copy(batch))
        sources.bring(pictures.outside, workspace, caller.user)
        batch.pictures = pictures.inputs
    return submit(batch)


def _one(batch: Batch, style: Style | None) -> Batch:
    """With its style around the prompt. Without one the prompt is what was written."""
    if style is None:
        return batch
    batches = expand(batch, Chosen(style=style))
    if len(batches) > 1:
        sentence = _("This means several pictures at once. Open it on the site, and draw it there.")
        raise UserError(sentence, code="too_many_prompts", status=422)
    batches[0].pictures = batch.pictures
    return batches[0]


def _place(caller: Caller, values: dict[str, Any]) -> Any:
    """What is made of a picture goes where the picture is, unless they say where."""
    slug, topic = values.pop("workspace", ""), values.pop("topic", "")
    if not slug and (pk := _image_id(values.get("source"))):
        image = visible.images(caller.user).select_related("workspace", "job__batch")
        if (source := image.filter(pk=pk).first()) is not None:
            slug = str(source.workspace.slug)
            topic = topic or str(source.job.batch.topic_id)
    return place_of(caller.user, slug, topic)


def _image_id(name: Any) -> UUID | None:
    try:
        return UUID(str(name).strip().removeprefix("image:"))
    except ValueError:
        return None


def _style(caller: Caller, workspace: Workspace, name: Any) -> Style | None:
    """By its name or id."""
    if name in (None, ""):
        return None
    rows = Style.objects.usable_in(workspace, caller.user)
    named = [row for row in rows if name in (row.name, str(row.pk))]
    named = named or [row for row in rows if str(name).casefold() == row.name.casefold()]
    if not named:
        sentence = _("There is no such style here. list_styles names those that you can use.")
        raise UserError(sentence, code="invalid", fields={"style": [sentence]})
    return named[0]


def _mode_of(values: Mapping[str, Any]) -> str:
    if values["mode"]:
        return str(values["mode"])
    if values.get("mask"):
        return str(Batch.Mode.INPAINT)
    return str(Batch.Mode.IMAGE if values.get("source") else Batch.Mode.TEXT)


def _model(user: Any, name: str, mode: str) -> ImageModel:
    """By its name; without one the first that works and can do this. One that is switched off is
    found too: the batch's own check refuses it by its name."""
    if not name:
        rows = ImageModel.objects.usable_by(user).order_by("trouble", "position", "name")
        models = list(rows)
        able = [model for model in models if mode in model.contract.modes]
        if not models:
            raise UserError(_("No model can be used at present."), code="no_model", status=503)
        return (able or models)[0]
    return model_named(user, name)


def model_named(user: Any, name: str) -> ImageModel:
    is_plain = name.isascii() and name.isprintable()
    model = ImageModel.objects.seen_by(user).filter(slug=name).first() if is_plain else None
    if model is None:
        sentence = _("There is no such model. list_models names those that you can use.")
        raise UserError(sentence, code="invalid", fields={"model": [sentence]})
    return model


def _key(given: Any) -> str:
    key = "" if given is None else str(given).strip()
    if len(key) > KEY_LENGTH or not key.isascii() or not (key.isprintable() or not key):
        sentence = _("idempotency_key may be up to %(key_length)s plain characters long.") % {
            "key_length": KEY_LENGTH
        }
        raise UserError(sentence, code="invalid", fields={"idempotency_key": [sentence]})
    return key


def _in_their_words(error: UserError, wording: Wording) -> UserError:
    error.fields = wording.in_their_words(error.fields)
    return error
