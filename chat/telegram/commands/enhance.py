"""/enhance: the words say more; a button draws them (S214)."""

from django.utils.translation import gettext as _

from chat.assistant import enhance
from chat.assistant.admitting import admit
from chat.telegram import making, offered
from chat.telegram.said import Said
from generation.models import Batch


def run(said: Said) -> None:
    """Those after it, or the current prompt."""
    words = said.rest or said.link.words
    if words:
        better(said, words)
    else:
        said.reply(_("Write the prompt after it: /enhance a red house by the sea"))


def better(said: Said, words: str) -> None:
    """For the model that would draw it; another time it is said otherwise."""
    model = making.model_for(said, Batch.Mode.TEXT)
    admit(said.person)
    found = enhance(words, model=model, person=said.person, seed=said.told.number)
    said.link.choose(words=found.prompt)
    notes = [f"• {note}" for note in found.notes]
    by = [_("By %(name)s") % {"name": found.by}] if found.by else []
    text = "\n\n".join(filter(None, [found.prompt, "\n".join(notes + by)]))
    said.reply(text, offered.rows(said.link, found.prompt))
