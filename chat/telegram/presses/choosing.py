"""The buttons that choose: the workspace, the model of pictures, the model of words."""

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _

from chat.telegram import saying
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
    "ws": _workspace,
    "im": _image_model,
}
