"""Styles as files, in the two common forms: a table with the columns name, prompt, negative_prompt
(AUTOMATIC1111's styles.csv), and a JSON list of objects with the same (Fooocus's sdxl_styles). Ours
have the settings as well.

https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features#styles
https://github.com/lllyasviel/Fooocus/tree/main/sdxl_styles
"""

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pixazo.texts.formulas import as_it_was, harmless
from workspaces.library.json_text import loaded
from workspaces.library.style_fields import HELD, StyleFields
from workspaces.library.taken import Brought, Found, Taken, Unreadable, check_many
from workspaces.models import Style, Workspace
from workspaces.models.style import MOST
from workspaces.names import plain_name, plain_text
from workspaces.placing import place

# What people call a column, and what it sets.
COLUMNS = {
    "name": "name",
    "title": "name",
    "prompt": "positive_prompt",
    "positive_prompt": "positive_prompt",
    "negative_prompt": "negative_prompt",
    "negative": "negative_prompt",
    "model": "model",
    "steps": "num_inference_steps",
    "num_inference_steps": "num_inference_steps",
    "guidance_scale": "guidance_scale",
    "cfg_scale": "guidance_scale",
    "seed": "seed",
}
# As others call them, so that others can read our files.
WRITTEN = {
    "name": "name",
    "prompt": "positive_prompt",
    "negative_prompt": "negative_prompt",
    "model": "model",
    "num_inference_steps": "num_inference_steps",
    "guidance_scale": "guidance_scale",
    "seed": "seed",
}
DELIMITERS = ",;\t"


def as_json(styles: Iterable[Style]) -> str:
    rows = [{name: getattr(style, ours) for name, ours in WRITTEN.items()} for style in styles]
    kept = [{name: value for name, value in row.items() if value is not None} for row in rows]
    return json.dumps(kept, ensure_ascii=False, indent=2) + "\n"


def as_csv(styles: Iterable[Style]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(WRITTEN)
    for style in styles:
        values = (getattr(style, ours) for ours in WRITTEN.values())
        writer.writerow(["" if value is None else harmless(value) for value in values])
    return text.getvalue()


def read(brought: Brought) -> Taken:
    """What the file would bring there. Raises `Unreadable`."""
    text, user, workspace = brought.text, brought.user, brought.workspace
    is_json = text.lstrip().startswith(("[", "{"))
    rows, remarks = _json_rows(text) if is_json else _table_rows(text)
    check_many(rows)
    there = _there(user, workspace)
    found = [_found(number, row, user, workspace, there) for number, row in rows]
    return Taken(found, remarks)


def keep(taken: Taken) -> int:
    """All that is new, or nothing; how many. Raises `TooManyKept`."""
    Style.objects.living().keep_all(taken.new, MOST)
    return len(taken.new)


@dataclass(frozen=True)
class Wrong:
    """In place of a row that can't be read."""

    sentence: str


Rows = list[tuple[int, Any]]  # each with its number


def _json_rows(text: str) -> tuple[Rows, list[str]]:
    data = loaded(text)
    if isinstance(data, Mapping):
        # {"styles": [...]}, or an object of objects by their names.
        listed = data.get("styles")
        data = listed if isinstance(listed, list) else list(_by_name(data))
    if not isinstance(data, list):
        raise Unreadable(_("A file of styles is a JSON list of them, or a table."))
    return list(enumerate(data, start=1)), []


def _by_name(data: Mapping[str, Any]) -> Iterator[Any]:
    for name, value in data.items():
        yield {"name": name, **value} if isinstance(value, Mapping) else value


def _table_rows(text: str) -> tuple[Rows, list[str]]:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    header = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(DELIMITERS, key=header.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    names: list[str] = []
    rows: Rows = []
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            # A quotation mark that is never closed swallows what follows it.
            wrong = Wrong(_("The quotation marks of this row do not match."))
            rows.append((len(rows) + 1, wrong))
            break
        if cells is None:
            break
        if not names:
            names = [_column(cell) for cell in cells] if any(cells) else []
        elif any(cell.strip() for cell in cells):
            rows.append((len(rows) + 1, _cells(names, cells)))
    if "name" not in [COLUMNS.get(name) for name in names]:
        raise Unreadable(
            _("The first line of a table names its columns: name, prompt, negative_prompt.")
        )
    unknown = [name[:40] for name in names if name and name not in COLUMNS]
    remark = _("The column “%(name)s” is not known and was not used.")
    return rows, [remark % {"name": name} for name in unknown]


def _column(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", plain_name(cell).lower())


def _cells(names: list[str], cells: list[str]) -> Any:
    if len(cells) > len(names):
        sentence = _("This row has %(cells)s cells, the first line names %(names)s.")
        return Wrong(sentence % {"cells": len(cells), "names": len(names)})
    return {name: as_it_was(cell) for name, cell in zip(names, cells, strict=False)}


def _found(
    number: int,
    said: Any,
    user: Any,
    workspace: Workspace | None,
    there: dict[str, tuple[Any, ...]],
) -> Found:
    if isinstance(said, Wrong):
        return Found(number, "", trouble=said.sentence)
    if not isinstance(said, Mapping):
        return Found(number, "", trouble=_("This is no object with a name and a prompt."))
    sent, strange = _sent(said)
    fields = StyleFields(sent)
    name = plain_name(sent.get("name", ""))[:100]
    if strange:
        sentence = _("“%(name)s” must be a text or a number.") % {"name": strange}
        return Found(number, name, trouble=sentence)
    if not fields.is_valid():
        field, sentences = next(iter(fields.sentences.items()))
        label = fields.fields[field].label if field in fields.fields else ""
        return Found(number, name, trouble=f"{label}: {sentences[0]}")
    row = Style(owner=user)
    place(row, workspace, user)
    fields.fill(row)
    known = there.get(row.name.casefold())
    if known is None:
        there[row.name.casefold()] = _parts(row)
        return Found(number, row.name, row=row)
    if known == _parts(row):
        return Found(number, row.name, same=row.name)
    return Found(number, row.name, trouble=_("There is one of this name with other words."))


def _sent(said: Mapping[str, Any]) -> tuple[dict[str, str], str]:
    """As the form takes it; and what is there as neither text nor number, if anything is."""
    sent: dict[str, str] = {}
    strange = ""
    for given, value in said.items():
        name = COLUMNS.get(_column(str(given)))
        if not name or value is None or name in sent:
            continue
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            strange = strange or plain_name(str(given))
        else:
            sent[name] = plain_text(str(value))
    return sent, strange


def _there(user: Any, workspace: Workspace | None) -> dict[str, tuple[Any, ...]]:
    """What styles of the place hold, by their names."""
    probe = Style(owner=user)
    place(probe, workspace, user)
    rows = Style.objects.living().in_place_of(probe)
    return {row.name.casefold(): _parts(row) for row in rows}


def _parts(row: Style) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in HELD)
