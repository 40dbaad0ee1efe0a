"""The buttons that choose: the workspace, the model of pictures, the model of words."""

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _

from chat.conversations import switch_model
from chat.models import ChatModel
from chat.telegram import saying
from chat.telegram.commands.model import IMAGE, TEXT
from chat.telegram.commands.talk import current
from chat.telegram.commands.workspace import PLACE
from chat.telegram.said import Said, gone
from generation.models import ImageModel
from workspaces.models import Membership


def _workspace(said: Said, pk: UUID) -> str:
    rows = Membership.objects.select_related("workspace").filter(user=said.person, workspace=pk)
    place = rows.first()
    if place is None or not place.may_generate():
        raise gone()
    said.link.choose(workspace=place.workspace)
    return _told(said, _("From now on I work in “%(name)s”.") % {"name": place.workspace.name})


def _text_model(said: Said, pk: UUID) -> str:
    """Also of what is being talked about, where that is theirs to change."""
    model = ChatModel.objects.usable_by(said.person).filter(pk=pk).first()
    if model is None:
        raise gone()
    if found := current(said):
        switch_model(*found, model.slug)
    said.link.choose(text_model=model.slug)
    return _told(said, _("%(name)s answers from now on.") % {"name": model.name})


def _image_model(said: Said, pk: UUID) -> str:
    model = ImageModel.objects.usable_by(said.person).filter(pk=pk).first()
    if model is None:
        raise gone()
    said.link.choose(image_model=model.slug)
    return _told(said, _("Pictures are made by %(name)s from now on.") % {"name": model.name})


def _told(said: Said, text: str) -> str:
    """In place of the choices."""
    if said.told.message:
        saying.change(said.told.chat, said.told.message, text)
    return text


PRESSES: dict[str, Callable[[Said, UUID], str | None]] = {
    PLACE: _workspace,
    IMAGE: _image_model,
    TEXT: _text_model,
}
