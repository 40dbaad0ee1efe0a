"""The buttons under a picture, and that of a request: cancel."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from chat.models import TelegramWatch
from chat.telegram import keeping, links, onward, tasks
from chat.telegram.commands import enhance
from chat.telegram.said import Said, gone, membership_in
from chat.telegram.saying import Button
from generation.gallery.rooms import Rooms
from generation.models import Batch, Image
from pixazo.errors import UserError


def buttons(image: Image) -> list[list[Button]]:
    """Only what its model can do."""
    modes = image.job.batch.model.contract.modes
    first = [_button(_("Again"), "again", image)]
    if Batch.Mode.VARIATION in modes:
        first.append(_button(_("Vary"), "vary", image))
    if Batch.Mode.UPSCALE in modes:
        first.append(_button(_("Upscale"), "up", image))
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


def _stop(said: Said, pk: UUID) -> str:
    """As the site does it: who may not change it stops what they pay for."""
    rows = Batch.objects.visible().select_related("workspace").filter(pk=pk)
    batch = rows.first()
    place = membership_in(said.person, batch.workspace) if batch else None
    if batch is None or place is None:
        raise gone()
    may_change = place.may_change(batch.author_id)
    if not may_change and batch.author_id != said.person.pk:
        raise UserError(
            _("Somebody else made this. Only they or the workspace's owner may change it."),
            code="not_yours",
            status=403,
        )
    count = batch.cancel(None if may_change else said.person.pk)
    for watch in TelegramWatch.objects.hurry(batch=batch):
        tasks.ring_to_look(watch)
    return _("Cancelled.") if count else _("It had ended already.")


PRESSES: dict[str, Callable[[Said, UUID], str | None]] = {
    "again": partial(_of_image, onward.again),
    "vary": partial(_of_image, onward.vary),
    "up": partial(_of_image, onward.upscale),
    "better": partial(_of_image, _better),
    "keep": partial(_of_image, keeping.of_image),
    "file": partial(_of_image, _original),
    "stop": _stop,
}
