"""/export: the conversation as a JSON document, which the site takes in again (S216)."""

import json

from django.utils.text import slugify
from django.utils.translation import gettext as _

from chat import carrying
from chat.telegram import saying
from chat.telegram.commands.talk import current
from chat.telegram.said import Said


def run(said: Said) -> None:
    found = current(said)
    if found is None:
        said.reply(_("Nothing has been said yet, or not since /new."))
        return
    _place, chat = found
    text = json.dumps(carrying.written(chat), ensure_ascii=False, indent=1)
    name = f"{slugify(chat.title) or 'chat'}.json"
    saying.hand(said.told.chat, text.encode(), name, chat.shown_title)
