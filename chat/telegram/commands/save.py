"""/save: the words after it, or the current prompt, into the library."""

from django.utils.translation import gettext as _

from chat.telegram import keeping
from chat.telegram.said import Said


def run(said: Said) -> None:
    words = said.rest or said.link.words
    if words:
        said.reply(keeping.keep(said, words))
    else:
        said.reply(_("There is no prompt yet. Draw something first, or write it after /save."))
