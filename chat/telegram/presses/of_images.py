"""The buttons under a picture."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from chat.telegram import keeping, links, onward
from chat.telegram.commands import enhance
from chat.telegram.said import Said, gone
from chat.telegram.saying import Button
from generation.gallery.rooms import Rooms
from generation.models import Batch, Image


def buttons(image: Image) -> list[list[Button]]:
    """Only what its model can do."""
    model = image.job.batch.model
    modes = model.contract.modes
    first = [_button(_("Again"), "again", image)]
    if Batch.Mode.VARIATION in modes:
        first.append(_button(_("Vary"), "vary", image))
    if Batch.Mode.UPSCALE in modes:
        first.append(_button(_("Enlarge") if model.only_enlarges else _("Upscale"), "up", image))
    second = [_button(_("Save prompt"), "keep", image), _button(_("Original"), "file", image)]
    if image.job.batch.prompt.strip():
        first.append(_button(_("Enhance"), "better", image))
    return [first, second, *links.open_rows(links.to(image))]


def _button(text: str, verb: str, image: Image) -> Button:
    return Button(text, f"{verb}:{image.pk.hex}")


def _of_image(what: Callable[[Said, Image], Any], said: Said, pk: UUID) -> str:
    """Of a picture that they may see."""
    rooms = Rooms.of(said.person)
    rows = rooms.pictures().select_related("job__batch__model", "job__batch__topic", "workspace")
    image = rows.filter(pk=pk).first()
    if image is None:
        raise gone()
    said_then = what(said, image)
    return said_then if isinstance(said_then, str) else ""


def _original(said: Said, image: Image) -> None:
    from chat.telegram import shown  # which shows these buttons

    shown.hand(said.told.chat, image)


def _better(said: Said, image: Image) -> None:
    enhance.better(said, image.job.batch.prompt)


PRESSES: dict[str, Callable[[Said, UUID], str | None]] = {
    "again": partial(_of_image, onward.again),
    "vary": partial(_of_image, onward.vary),
    "up": partial(_of_image, onward.upscale),
    "better": partial(_of_image, _better),
    "keep": partial(_of_image, keeping.of_image),
    "file": partial(_of_image, _original),
}
