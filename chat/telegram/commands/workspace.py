"""/workspace: where the bot works."""

from django.utils.translation import gettext as _

from chat.telegram.said import Said
from chat.telegram.saying import Button
from generation.gallery.rooms import Rooms
from workspaces.roles import Action

MOST = 30  # used last
PLACE = "ws"


def run(said: Said) -> None:
    rooms = Rooms.of(said.person)
    here = said.workspace()
    where = set(rooms.where(Action.MAKE))
    places = [each.workspace for each in rooms.memberships if each.workspace_id in where][:MOST]
    rows = [
        [Button(("✓ " if each == here else "") + each.name, f"{PLACE}:{each.pk.hex}")]
        for each in places
    ]
    text = _("I work in “%(name)s”. Where shall what is made next go?") % {"name": here.name}
    said.reply(text, rows)
