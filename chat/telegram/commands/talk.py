"""Words without a command: the assistant answers, and knows what was said before, until /new."""

from django.utils.translation import gettext as _

from chat.telegram import offered
from chat.telegram.said import Said


def run(said: Said) -> None:
    words = said.told.words.strip()
    said.link.choose(words=words)
    text = _(
        "This site has no language model to talk with. Shall I draw what you wrote? /enhance makes"
        " it say more first."
    )
    said.reply(text, offered.rows(said, words))
