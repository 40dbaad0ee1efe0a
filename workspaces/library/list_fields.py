"""What a word list may hold: its form, which the pages and a file fill in."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pixazo.texts.numbers import counted
from workspaces.library.shadows import meant
from workspaces.models import Scope, WordList
from workspaces.models.word_list import MAX_LINE, MAX_TEXT, entries_of
from workspaces.names import plain_name, plain_text
from workspaces.placing import NamedForm
from workspaces.prompts import MAX_LIST_LINES, TemplateError, check_list, read_option

NAME = re.compile(r"[a-z0-9](?:[a-z0-9/-]|_(?!_|\Z))*")
MOST_TOLD = 5  # lines that can't be read, each with its reason


class ListFields(NamedForm):
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=50,
        widget=forms.TextInput({"autofocus": True, "autocapitalize": "none"}),
        help_text=gettext_lazy("In a prompt it is written with two _ on both sides: __colour__."),
    )
    lines = forms.CharField(
        label=gettext_lazy("Lines"),
        max_length=MAX_TEXT,
        strip=False,
        widget=forms.Textarea({"rows": 12}),
        help_text=gettext_lazy(
            "One a line. 3::red is taken three times as often; a line that begins with # is a "
            "remark. Lines may have choices {a|b} and other lists."
        ),
    )

    nameless = gettext_lazy("A list needs a name.")

    def clean_name(self) -> str:
        name = re.sub(r"\s+", "-", super().clean_name().lower())
        if not NAME.fullmatch(name):
            raise forms.ValidationError(
                _("Letters from a to z, digits, - and / only: it is written in prompts.")
            )
        return name

    def clean_lines(self) -> str:
        lines = plain_text(self.cleaned_data["lines"])
        entries = entries_of(lines)
        if not entries:
            raise forms.ValidationError(_("A list has at least one line."))
        if len(entries) > MAX_LIST_LINES:
            raise forms.ValidationError(
                _("A list may have %(most)s lines, this one has %(count)s.")
                % {"most": counted(MAX_LIST_LINES), "count": counted(len(entries))}
            )
        if wrong := _wrong(lines):
            raise forms.ValidationError(wrong)
        return lines


def check(row: WordList, user: Any, known: Mapping[str, Sequence[str]] | None = None) -> None:
    """Raises `ValidationError` where a list contains itself, directly or through others: those of
    its place, and `known` ones that are about to be kept there."""

    def lines_of(name: str) -> Sequence[str] | None:
        if name == row.name:
            return row.entries
        if known and name in known:
            return known[name]
        rows = WordList.objects.living().filter(name=name)
        there = rows.in_place_of(row) | rows.filter(scope=Scope.SITE)
        if row.workspace_id:
            there |= rows.filter(scope=Scope.PERSONAL, owner=user)
        found = meant(there).get(name)
        return found.entries if found else None

    try:
        check_list(row.name, lines_of)
    except TemplateError as error:
        raise ValidationError({"lines": error.sentence}) from None


def name_of_file(name: str) -> str:
    """colours/warm red.txt -> colours/warm-red."""
    plain = plain_name(name).lower().removesuffix(".txt")
    return re.sub(r"_{2,}", "_", re.sub(r"[^a-z0-9/_-]+", "-", plain)).strip("-_/")[:50].rstrip("_")


def _wrong(text: str) -> list[str]:
    """What is wrong with its lines, told by their numbers."""
    told = []
    for number, line in enumerate(text.splitlines(), start=1):
        plain = line.strip()
        if not plain or plain.startswith("#"):
            continue
        if len(plain) > MAX_LINE:
            trouble = _("It may have %(most)s characters.") % {"most": MAX_LINE}
        else:
            trouble = _trouble(plain)
        if trouble:
            told.append(_("Line %(number)s: %(trouble)s") % {"number": number, "trouble": trouble})
        if len(told) == MOST_TOLD:
            break
    return told


def _trouble(line: str) -> str:
    try:
        read_option(line)
    except TemplateError as error:
        return error.sentence
    return ""
