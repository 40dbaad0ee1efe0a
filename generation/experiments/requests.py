"""The only place that turns a cell's settings into a request, and a checked request into what is
kept of it until its turn comes."""

from copy import copy
from typing import Any

from django.utils.translation import gettext, gettext_noop

from generation.contract import is_empty
from generation.expand import Chosen, NotConfirmed, expand
from generation.experiments.asked import NUMBERS, PICTURES
from generation.experiments.axes import LORA
from generation.experiments.place import Place
from generation.models import Batch
from generation.models.cleaning.loras import read as read_loras
from pixazo.errors import UserError

KEPT = (
    *("prompt", "negative_prompt", "template", "width", "height", "num_inference_steps"),
    *("guidance_scale", "mode", "strength", "scale", "scheduler", "loras", "margins"),
    *("time_class", "seed"),
)
CHOICES = gettext_noop(
    "This prompt has choices and means several pictures. Put each of them on an axis instead,"
    " or into a list."
)


def build(place: Place, settings: dict[str, Any]) -> Batch:
    """An unsaved, unchecked request for one picture, its prompt as it is drawn. Raises `UserError`
    for what it names and is not there."""
    batch = Batch(
        workspace=place.workspace,
        topic=place.topic(str(settings.get("topic") or "")),
        author=place.author,
        model=place.model(str(settings.get("model") or "")),
        prompt=settings.get("prompt") or "",
        negative_prompt=settings.get("negative_prompt") or "",
        scheduler=settings.get("scheduler") or "",
        mode=settings.get("mode") or "",
        time_class=settings.get("time_class") or "",
        loras=_loras(settings),
        count=1,
        **{name: _or_none(settings.get(name)) for name in NUMBERS},
    )
    batch.pictures = [
        copy(place.picture(name, role)) for role in PICTURES for name in _names(settings.get(role))
    ]
    return _expanded(batch, _chosen(place, settings), place)


def kept(batch: Batch) -> dict[str, Any]:
    """Of a checked request: all that `revived` needs."""
    pictures = [
        [each.role, f"image:{each.image_id}" if each.image_id else f"upload:{each.upload_id}"]
        for each in batch.pictures
    ]
    known = {name: getattr(batch, name) for name in KEPT}
    names = {"model": batch.model.slug, "topic": str(batch.topic_id)}
    return known | names | {"pictures": pictures}


def revived(place: Place, request: dict[str, Any]) -> Batch:
    """Raises `UserError` where the model or a picture has gone since."""
    batch = Batch(
        workspace=place.workspace,
        topic=place.topic(request.get("topic", "")),
        author=place.author,
        model=place.model(request["model"]),
        count=1,
        **{name: request.get(name) for name in KEPT},
    )
    batch.pictures = [copy(place.picture(name, role)) for role, name in request["pictures"]]
    return batch


def _expanded(batch: Batch, chosen: Chosen, place: Place) -> Batch:
    try:
        batches = expand(batch, chosen, lines_of=place.lines_of)
    except NotConfirmed:
        batches = []
    if len(batches) != 1:
        raise UserError(gettext(CHOICES), code="choices", fields={"prompt": [gettext(CHOICES)]})
    return batches[0]


def _chosen(place: Place, settings: dict[str, Any]) -> Chosen:
    style, theme = settings.get("style"), settings.get("theme")
    return Chosen(
        theme=place.theme(str(theme)) if theme else None,
        style=place.style(str(style)) if style else None,
    )


def _loras(settings: dict[str, Any]) -> Any:
    """Those of the shared request, with the weights that an axis sets."""
    set_here = {
        name.removeprefix(LORA): value for name, value in settings.items() if name.startswith(LORA)
    }
    if not set_here:
        return settings.get("loras") or []
    try:
        shared = dict(read_loras(settings.get("loras")))
    except ValueError as error:
        raise UserError(str(error), code="invalid", fields={"loras": [str(error)]}) from None
    return [{"lora": slug, "weight": weight} for slug, weight in (shared | set_here).items()]


def _names(given: Any) -> list[str]:
    names = given if isinstance(given, list) else [given]
    return [str(name) for name in names if name]


def _or_none(value: Any) -> Any:
    return None if is_empty(value) else value
