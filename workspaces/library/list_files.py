"""Word lists as files: a text is one of them, JSON brings several: {"colour": ["red", "blue"]}."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from workspaces.library.json_text import loaded
from workspaces.library.list_fields import ListFields, check, name_of_file
from workspaces.library.taken import Brought, Found, Taken, Unreadable, check_many
from workspaces.models import WordList
from workspaces.models.word_list import MOST
from workspaces.placing import place

EXAMPLE = """red
3::blue
{light|dark} green
# a remark

{
  "colour": ["red", "3::blue"],
  "place": ["a __colour__ field", "the sea"]
}"""


def read(brought: Brought) -> Taken:
    """Raises `Unreadable`."""
    lists = _lists(brought)
    check_many(lists)
    there = _there(brought)
    found = [
        _found(number, name, lines, brought, there)
        for number, (name, lines) in enumerate(lists, start=1)
    ]
    return Taken(found)


def keep(taken: Taken) -> int:
    """All that is new, or nothing; how many. Raises `TooManyKept`."""
    WordList.objects.living().keep_all(taken.new, MOST)
    return len(taken.new)


def _lists(brought: Brought) -> list[tuple[str, Any]]:
    # A text of words may begin with a choice; JSON's first brace is followed by a quotation mark.
    begins = "".join(brought.text[:200].split())[:2]
    if begins not in ('{"', "{}"):
        name = name_of_file(brought.name)
        if not name:
            raise Unreadable(_("A list needs a name."))
        return [(name, brought.text)]
    data = loaded(brought.text)
    if not isinstance(data, Mapping):
        raise Unreadable(_("A file of lists is a JSON object of them by their names."))
    return list(data.items())


def _found(
    number: int, name: str, lines: Any, brought: Brought, there: dict[str, list[str]]
) -> Found:
    if isinstance(lines, list) and all(isinstance(line, str) for line in lines):
        lines = "\n".join(lines)
    if not isinstance(lines, str):
        return Found(number, name_of_file(name), trouble=_("This is no list of texts."))
    fields = ListFields({"name": name_of_file(name), "lines": lines})
    if not fields.is_valid():
        sentence = next(iter(fields.sentences.values()))[0]
        return Found(number, name_of_file(name), trouble=sentence)
    row = WordList(owner=brought.user)
    place(row, brought.workspace, brought.user)
    fields.fill(row)
    if row.name in there:
        if there[row.name] == row.entries:
            return Found(number, row.name, same=row.name)
        sentence = _("There is a list of this name with other lines.")
        return Found(number, row.name, trouble=sentence)
    try:
        check(row, brought.user, there)
    except ValidationError as error:
        return Found(number, row.name, trouble=" ".join(error.messages))
    there[row.name] = row.entries
    return Found(number, row.name, row=row, sample=", ".join(row.entries[:20])[:200])


def _there(brought: Brought) -> dict[str, list[str]]:
    probe = WordList(owner=brought.user)
    place(probe, brought.workspace, brought.user)
    return {row.name: row.entries for row in WordList.objects.living().in_place_of(probe)}
