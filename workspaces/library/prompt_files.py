"""Saved prompts as a JSON file (S181, S182): written for people to read, and read back.

`{"format": "pixazo-prompts", "version": 1, "prompts": [{"title": …, "prompt": …, …}]}`; themes and
styles go by their names, which mean something on another site as well. A bare list is read, too.
"""

import json
from collections.abc import Hashable, Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pixazo.errors import UserError
from workspaces.library import body
from workspaces.library.around import Around
from workspaces.library.fields import SETTINGS, PromptFields
from workspaces.library.json_text import loaded
from workspaces.library.taken import Brought, Found, Taken, Unreadable, check_many, without_twins
from workspaces.models import SavedPrompt, Workspace
from workspaces.models.saved_prompt import MOST
from workspaces.names import plain_name
from workspaces.placing import place

FORMAT, VERSION = "pixazo-prompts", 1
AROUND = ("theme", "style")


def written(rows: Iterable[SavedPrompt]) -> str:
    """The file. Themes and styles are read: fetch them with their prompts."""
    prompts = [_values(row) for row in rows]
    data = {"format": FORMAT, "version": VERSION, "prompts": prompts}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def read(brought: Brought) -> Taken:
    """What the file would bring there. Raises `Unreadable`."""
    return taken(_prompts(brought.text), brought.user, brought.workspace)


def taken(prompts: list[Any], user: Any, workspace: Workspace | None) -> Taken:
    check_many(prompts)
    around = Around(user)
    found = [
        _found(number, values, around, workspace) for number, values in enumerate(prompts, start=1)
    ]
    return Taken(without_twins(found, _there(user, workspace), _key))


def keep(taken: Taken) -> int:
    """All that is new, or nothing; how many. Raises `TooManyKept`."""
    SavedPrompt.objects.living().keep_all(taken.new, MOST)
    return len(taken.new)


def _values(row: SavedPrompt) -> dict[str, Any]:
    known: dict[str, Any] = {
        "title": row.title,
        "tags": row.tags,
        "prompt": row.prompt,
        "negative_prompt": row.negative_prompt,
        "theme": row.theme.name if row.theme else None,
        "style": row.style.name if row.style else None,
        "model": row.model or None,
    }
    return known | {name: getattr(row, name) for name in SETTINGS}


def _prompts(text: str) -> list[Any]:
    data = loaded(text)
    if isinstance(data, Mapping):
        version = data.get("version", VERSION)
        if data.get("format", FORMAT) != FORMAT or not isinstance(version, int):
            raise Unreadable(_("This is no file of prompts."))
        if version > VERSION:
            raise Unreadable(_("This file was written by a newer Pixazo."))
        data = data.get("prompts")
    if not isinstance(data, list):
        raise Unreadable(
            _("A file of prompts is a JSON list of them, or an object with the list “prompts”.")
        )
    return data


def _found(number: int, values: Any, around: Around, workspace: Workspace | None) -> Found:
    if not isinstance(values, Mapping):
        return Found(number, "", trouble=_("This is no object with a prompt in it."))
    texts = (str(values.get(each) or "")[:100] for each in ("title", "name", "prompt"))
    name = plain_name(next(filter(None, texts), ""))
    try:
        sent = body.read(values, strict=False)
        remarks = _find_around(sent, around, workspace)
        row = _row(sent, around, workspace)
    except UserError as error:
        return Found(number, name, trouble=error.sentence)
    return Found(number, row.title, row=row, remarks=remarks)


def _find_around(sent: dict[str, Any], around: Around, workspace: Workspace | None) -> list[str]:
    """Put ids where the names are. What is not here is left out, and said."""
    remarks = []
    for kind in AROUND:
        name = sent.get(kind)
        if not name:
            continue
        named: Any = getattr(around, f"{kind}_named")(name, workspace)
        sent[kind] = str(named.pk) if named else ""
        if named is None:
            sentence = (
                _("The theme “%(name)s” is not here.")
                if kind == "theme"
                else _("The style “%(name)s” is not here.")
            )
            remarks.append(sentence % {"name": name[:100]})
    return remarks


def _row(sent: dict[str, Any], around: Around, workspace: Workspace | None) -> SavedPrompt:
    row = SavedPrompt(owner=around.user)
    place(row, workspace, around.user)
    fields = PromptFields(around, sent)
    if not fields.is_valid():
        name, sentences = next(iter(fields.sentences.items()))
        label = PromptFields.base_fields[name].label if name in PromptFields.base_fields else name
        raise UserError(f"{label}: {sentences[0]}", code="invalid")
    try:
        fields.fill(row)
    except ValidationError as error:
        raise UserError(" ".join(error.messages), code="invalid") from None
    return row


def _there(user: Any, workspace: Workspace | None) -> dict[Hashable, str]:
    probe = SavedPrompt(owner=user)
    place(probe, workspace, user)
    rows = SavedPrompt.objects.living().in_place_of(probe).order_by("-id")
    return {row.parts: row.title for row in rows}


def _key(row: SavedPrompt) -> Hashable:
    return row.parts
