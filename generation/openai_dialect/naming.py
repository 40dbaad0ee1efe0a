"""Which of our models a client means by `model`."""

from typing import Any

from django.utils.translation import gettext as _

from generation.models import Batch, ImageModel, ModelAlias
from pixazo.errors import UserError
from pixazo.openai_form.listing import entry, unknown

# LobeChat marks so what it asks for pictures through the chat.
SUFFIX = ":image"


def listed(person: Any) -> list[dict[str, Any]]:
    """For `/v1/models`."""
    models = ImageModel.objects.usable_by(person)
    return [
        entry(model.slug, model.created, "pixazo", name=model.name, kind="image")
        for model in models
    ]


def model_named(person: Any, name: str, mode: str) -> ImageModel:
    """By slug, else by a foreign name, else the first that works and can do this. One that they may
    not use is found too, where it is meant by its own name: the batch's own check says so."""
    name = name.removesuffix(SUFFIX)
    if not name:
        return _first(person, mode)
    is_plain = name.isascii() and name.isprintable()
    model = ImageModel.objects.filter(slug=name).first() if is_plain else None
    if model and not model.refusal_for(person):
        return model
    if alias := ModelAlias.objects.of(name) if is_plain else None:
        meant = alias.model
        return meant if meant and not meant.refusal_for(person) else _first(person, mode)
    if model is None:
        raise unknown(name)
    return model


def _first(person: Any, mode: str) -> ImageModel:
    models = list(ImageModel.objects.usable_by(person).order_by("trouble", "position", "name"))
    able = (model for model in models if mode in model.contract.modes)
    model = next(able, None) or next(iter(models), None)
    if model is None:
        raise UserError(_("No model can be used at present."), code="no_model", status=503)
    return model


def mode_of(*, has_source: bool, has_mask: bool) -> str:
    if has_mask:
        return str(Batch.Mode.INPAINT)
    return str(Batch.Mode.IMAGE if has_source else Batch.Mode.TEXT)
