"""Reads and says the playground's parameters: `createImage` and a batch's `config`."""

import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from generation.models import Batch, ImageModel, Job
from pixazo.errors import UserError
from workspaces.models.topic import topic_id

# Their word -> ours, beside those that all doors understand.
WORDS = {
    "imageNum": "count",
    "topicId": "topic",
    "generationTopicId": "topic",
    "imageUrl": "source",
    "imageUrls": "references",
    "negativePrompt": "negative_prompt",
    "samplerName": "scheduler",
}
# Said in other ways, or of no use here.
LEFT_OUT = ("provider", "aspectRatio", "imageSize", "size")
NEEDED = ("model", "params")
SIZE = re.compile(r"(\d{2,5})x(\d{2,5})")
# What their clients know errors by, for our states.
ERRORS: dict[str, str] = {
    Job.State.CANCELLED: "TaskCancelled",
    Job.State.EXPIRED: "TaskTimeout",
    Job.State.BLOCKED: "InvalidRequest",
}
ADDRESS = re.compile(r"/([0-9a-f-]{36})(?:[/?.]|$)")


def read(sent: Mapping[str, Any], here: str) -> dict[str, Any]:
    """One flat body; `here` is how our own addresses begin. Raises `UserError` where a name is
    missing that their clients always send."""
    params = sent.get("params")
    missing = [name for name in NEEDED if not sent.get(name)]
    if not (sent.get("topicId") or sent.get("generationTopicId")):
        missing.insert(0, "topicId")
    if missing:
        sentence = _("Missing required fields: %(names)s.") % {"names": ", ".join(missing)}
        raise UserError(sentence, code="invalid")
    if not isinstance(params, Mapping):
        raise UserError(_("`params` must be a JSON object."), code="invalid")
    body = {name: value for name, value in sent.items() if name not in ("params", *LEFT_OUT)}
    body |= {name: value for name, value in params.items() if name not in LEFT_OUT}
    for name in ("imageUrl", "imageUrls"):
        if name in body:
            body[name] = _named(body[name], here)
    return _size(params) | _ratio(params, sent["model"]) | body


def _named(given: Any, here: str) -> Any:
    """A picture of ours by its id: our own addresses answer nobody without a key."""
    if isinstance(given, list):
        return [_named(each, here) for each in given]
    if isinstance(given, str) and given.startswith(here):
        found = ADDRESS.search(given.partition("?")[0])
        return f"image:{found[1]}" if found else given
    return given


def config_of(batch: Batch) -> dict[str, Any]:
    return {
        "prompt": batch.prompt,
        "negativePrompt": batch.negative_prompt,
        "width": batch.width,
        "height": batch.height,
        "steps": batch.num_inference_steps,
        "cfg": batch.guidance_scale,
        "seed": batch.seed,
    }


def image_at(address: Any) -> UUID | None:
    """The picture that an address of ours leads to."""
    if address is None:
        return None
    found = ADDRESS.search(address.partition("?")[0]) if isinstance(address, str) else None
    if found and (pk := topic_id(found[1])):
        return pk
    raise UserError(
        _("`coverUrl` is the address of a picture of this topic, or null."), code="invalid"
    )


def _size(params: Mapping[str, Any]) -> dict[str, int]:
    """ "1024x768", where no width and height are said."""
    size = params.get("size")
    found = SIZE.fullmatch(size) if isinstance(size, str) else None
    if not found or "width" in params or "height" in params:
        return {}
    return {"width": int(found[1]), "height": int(found[2])}


def _ratio(params: Mapping[str, Any], slug: Any) -> dict[str, int]:
    """ "16:9", where the model has a size for it and none was said."""
    ratio = params.get("aspectRatio")
    if not (isinstance(ratio, str) and isinstance(slug, str)) or "width" in params:
        return {}
    model = ImageModel.objects.available().filter(slug=slug[:50]).first()
    found = model.contract.presets.get(ratio) if model else None
    return {"width": found[0], "height": found[1]} if found else {}
