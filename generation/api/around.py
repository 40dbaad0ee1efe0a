"""What an order says to lay around its prompt: a theme, a style, and whether its choices, lists and
weights are read as the studio reads them. Without any of it a prompt is drawn as it was written."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from generation.api.place import place_of
from generation.api.spellings import Wording
from generation.expand import Chosen, expand
from generation.models import Batch
from pixazo.errors import UserError
from workspaces.models import Style, Theme, Workspace

NAMES = ("theme", "style", "expand", "expected")
LONGEST_COUNT = 9  # digits
FLAGS = {"true": True, "1": True, "false": False, "0": False}  # of a form


@dataclass(frozen=True)
class Around:
    """As it was sent: ids, or names."""

    theme: str = ""
    style: str = ""
    expand: bool = False
    expected: int | None = None  # so many prompts are meant

    def __bool__(self) -> bool:
        return bool(self.theme or self.style or self.expand)

    @property
    def asked(self) -> dict[str, Any]:
        """What of it makes one request another; not what only confirms it."""
        return {name: value for name, value in asdict(self).items() if name != "expected"}

    def chosen(self, user: Any, wording: Wording) -> Chosen:
        """With the style's own settings where nothing else was sent, as whoever chooses it on a
        page has them. Raises `UserError`."""
        named = (wording.values.get("workspace", ""), wording.values.get("topic", ""))
        workspace, _topic = place_of(user, *named)
        style = _named(Style, "style", self.style, workspace, user)
        if style:
            settings: dict[str, Any] = dict(style.settings)
            model = settings.pop("model", None)
            if model and not wording.values.get("model"):
                wording.values["model"] = model
            wording.defaults = settings | wording.defaults
        return Chosen(_named(Theme, "theme", self.theme, workspace, user), style)

    def batches(self, batch: Batch, chosen: Chosen) -> list[Batch]:
        """What it means, unsaved: several, where the prompt means several."""
        return expand(batch, chosen, self.expected)


def taken_from(body: Mapping[str, Any]) -> tuple[Around, dict[str, Any]]:
    """What it says of that, and all else. Raises `UserError`."""
    rest = dict(body)
    sent = {name: rest.pop(name, None) for name in NAMES}
    return Around(
        theme=_text("theme", sent["theme"]),
        style=_text("style", sent["style"]),
        expand=_flag(sent["expand"]),
        expected=_count(sent["expected"]),
    ), rest


def _named(kind: Any, field: str, given: str, workspace: Workspace, user: Any) -> Any:
    """The one of that id, or of that name, which this person may use there."""
    if not given:
        return None
    rows = kind.objects.usable_in(workspace, user)
    try:
        row = rows.filter(pk=UUID(given)).first()
    except ValueError:
        is_plain = given.isprintable() and len(given) <= 100
        row = rows.filter(name__iexact=given).order_by("id").first() if is_plain else None
    if row is None:
        sentences = {
            "style": _("There is no such style here. /api/styles lists those that you can use."),
            "theme": _("There is no such theme here. /api/themes lists those that you can use."),
        }
        raise _refused(field, sentences[field])
    return row


def _text(name: str, given: Any) -> str:
    if given is None or isinstance(given, str):
        return given or ""
    raise _refused(name, _("`%(given)s` must be a text.") % {"given": name})


def _flag(given: Any) -> bool:
    found = FLAGS.get(given.lower(), given) if isinstance(given, str) else given
    if found is None or isinstance(found, bool):
        return bool(found)
    raise _refused("expand", _("`%(given)s` must be true or false.") % {"given": "expand"})


def _count(given: Any) -> int | None:
    found = given
    if isinstance(given, str) and given.isdecimal() and len(given) <= LONGEST_COUNT:
        found = int(given)
    if found in (None, ""):
        return None
    if isinstance(found, bool) or not isinstance(found, int):
        raise _refused("expected", _("`%(given)s` must be a number.") % {"given": "expected"})
    return found


def _refused(name: str, sentence: str) -> UserError:
    return UserError(sentence, code="invalid", fields={name: [sentence]})
