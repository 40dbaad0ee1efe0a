"""/new: what was said before is not known any more; on the site it stays among the chats."""

from django.utils.translation import gettext as _

from chat.telegram.said import Said


def run(said: Said) -> None:
    said.link.choose(conversation=None)
    said.reply(_("A new conversation: what shall we talk about?"))
