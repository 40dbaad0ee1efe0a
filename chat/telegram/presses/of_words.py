"""The buttons under words: draw them, keep them, or draw a saved prompt."""

from collections.abc import Callable
from uuid import UUID

from django.utils.translation import gettext as _

from chat.telegram import keeping, making
from chat.telegram.commands import prompts
from chat.telegram.offered import DRAW, SAVE, words_of
from chat.telegram.said import Said
from pixazo.errors import UserError
from workspaces.models import SavedPrompt
from workspaces.placing import seen


def _draw(said: Said, pk: UUID) -> None:
    words = words_of(said, pk)
    said.link.choose(words=words)
    making.draw_words(said, words)


def _keep(said: Said, pk: UUID) -> str:
    return keeping.keep(said, words_of(said, pk))


def _saved(said: Said, pk: UUID) -> None:
    row = seen(SavedPrompt.objects.living(), said.person).filter(pk=pk).first()
    if row is None:
        raise UserError(_("This prompt is not there any more."), code="not_found", status=404)
    said.link.choose(words=row.prompt)
    keeping.draw(said, row)


PRESSES: dict[str, Callable[[Said, UUID], str | None]] = {
    DRAW: _draw,
    SAVE: _keep,
    prompts.SAVED: _saved,
    prompts.MORE: prompts.more,
}
