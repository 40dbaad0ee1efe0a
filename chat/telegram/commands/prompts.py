"""/prompts: the library of the web, newest first; a button draws one."""

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from chat.telegram import links
from chat.telegram.said import Said
from chat.telegram.saying import Button
from workspaces.models import SavedPrompt
from workspaces.placing import seen

PAGE, WORDS = 8, 120
SAVED, MORE = "saved", "more"


def run(said: Said) -> None:
    """With words after it those in which they stand."""
    _list(said, said.rest)


def more(said: Said, after: UUID) -> None:
    """Those that are older than that one."""
    _list(said, "", after)


def _list(said: Said, sought: str, after: UUID | None = None) -> None:
    rows = seen(SavedPrompt.objects.living().with_words(sought), said.person).order_by("-id")
    if after:
        rows = rows.filter(pk__lt=after)
    found = list(rows[: PAGE + 1])
    if not found:
        said.reply(_("There is no saved prompt. /save keeps the current one."))
        return
    page = found[:PAGE]
    lines = [_line(at, row) for at, row in enumerate(page, 1)]
    keys = [Button(str(at), f"{SAVED}:{row.pk.hex}") for at, row in enumerate(page, 1)]
    table = [keys[:4], keys[4:]]
    if len(found) > PAGE and not sought:
        table.append([Button(_("Older ones"), f"{MORE}:{page[-1].pk.hex}")])
    address = settings.SITE_URL + reverse("prompts")
    head = _("Press a number to draw it:")
    said.reply("\n\n".join([head, *lines]), [*table, *links.open_rows(address)])


def _line(at: int, row: SavedPrompt) -> str:
    words = Truncator(" ".join(row.prompt.split())).chars(WORDS)
    title = Truncator(row.title).chars(WORDS)
    return f"{at}. {title}" if words.startswith(row.title) else f"{at}. {title}\n{words}"
