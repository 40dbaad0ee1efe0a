"""/stop: the link with the account ends; what is being made is made, and seen on the site."""

from django.utils.translation import gettext as _

from chat.telegram.said import Said


def run(said: Said) -> None:
    said.link.unlink()
    said.reply(_("The link has ended. /start brings you back."))
