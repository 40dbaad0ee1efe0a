"""Words offered to be drawn or kept by a button."""

from uuid import UUID

from django.utils.translation import gettext as _

from chat.models import TelegramLink, TelegramWords
from chat.telegram.said import Said
from chat.telegram.saying import Button
from pixazo.errors import UserError

DRAW, SAVE = "draw", "save"


def rows(link: TelegramLink, words: str) -> list[list[Button]]:
    row = TelegramWords.objects.keep(link, words)
    draw = Button(_("Draw it"), f"{DRAW}:{row.pk.hex}")
    return [[draw, Button(_("Save it"), f"{SAVE}:{row.pk.hex}")]]


def words_of(said: Said, pk: UUID) -> str:
    row = TelegramWords.objects.filter(link=said.link, pk=pk).first()
    if row is None:
        raise UserError(_("This button is too old. Write the words once more."), code="too_old")
    return row.text
