"""/model: who answers, and who draws."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from chat.models import ChatModel
from chat.telegram import making
from chat.telegram.commands.talk import current
from chat.telegram.said import Said
from chat.telegram.saying import Button
from generation.models import Batch, ImageModel

MOST = 40
TEXT, IMAGE = "tm", "im"


def run(said: Said) -> None:
    _of_words(said)
    _of_pictures(said)


def _of_words(said: Said) -> None:
    models = list(ChatModel.objects.usable_by(said.person)[:MOST])
    if not models:
        return  # what is written is not answered here, and says so itself
    slug = talks_with(said)
    text = _("Who shall answer what you write?")
    said.reply(text, _rows(models, [each for each in models if each.slug == slug], TEXT))


def _of_pictures(said: Said) -> None:
    rows = ImageModel.objects.usable_by(said.person).order_by("position", "name")
    models = [each for each in rows if Batch.Mode.TEXT in each.contract.modes][:MOST]
    chosen = making.model_for(said, Batch.Mode.TEXT)
    said.reply(_("Who shall draw?"), _rows(models, [chosen], IMAGE))


def talks_with(said: Said) -> str:
    """Of the current conversation; else what the next one begins with."""
    if found := current(said):
        return found[1].model
    usable = ChatModel.objects.usable_by(said.person)
    if usable.filter(slug=said.link.text_model).exists():
        return said.link.text_model
    default = ChatModel.objects.default_for(said.workspace(), said.person)
    return default.slug if default else ""


def _rows(models: Iterable[Any], chosen: list[Any], verb: str) -> list[list[Button]]:
    return [
        [Button(("✓ " if each in chosen else "") + each.name, f"{verb}:{each.pk.hex}")]
        for each in models
    ]
