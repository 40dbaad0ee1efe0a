"""What the pages' scripts say, for one language: `static/js/texts.js` reads it from the page."""

from functools import cache

from django.conf import settings
from django.utils.translation import get_language

from pixazo.texts.catalogue import read


def script_texts() -> dict[str, list[str]]:
    """The scripts' texts in the language in use; empty where they are already written in it."""
    return _texts(get_language() or settings.LANGUAGE_CODE)


@cache
def _texts(language: str) -> dict[str, list[str]]:
    path = settings.CATALOGUES / language / "LC_MESSAGES" / "djangojs.po"
    if not path.exists():
        return {}
    return {entry.id: entry.strings for entry in read(path) if entry.id and entry.is_done}
