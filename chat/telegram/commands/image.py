"""/image, and a photo with a caption: the words are drawn."""

from django.utils.translation import gettext as _

from chat.telegram import making
from chat.telegram.said import Said


def run(said: Said) -> None:
    """Without words after it, the current prompt."""
    if said.told.picture is not None:
        from_picture(said)
        return
    words = said.rest or said.link.words
    if not words:
        said.reply(_("Write what you would like to see after it: /image a red house by the sea"))
        return
    said.link.choose(words=words)
    making.draw_words(said, words)


def from_picture(said: Said) -> None:
    if said.rest:
        said.link.choose(words=said.rest)
        making.draw_from(said, said.rest)
    elif not said.told.is_album:  # of an album one bears the words, all others are silent
        said.reply(_("Send the picture once more, and write as its caption what it shall become."))
