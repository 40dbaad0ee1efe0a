"""Reads a list of prompts: pasted lines, or a table whose first line names its columns (W21)."""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from pixazo.texts.formulas import as_it_was
from pixazo.texts.numbers import counted

LONGEST = 400_000  # characters of a whole list
# What people call a column, and what it sets.
COLUMNS = {
    "prompt": "prompt",
    "text": "prompt",
    "negative_prompt": "negative_prompt",
    "negative": "negative_prompt",
    "leave_out": "negative_prompt",
    "model": "model",
    "style": "style",
    "seed": "seed",
    "steps": "num_inference_steps",
    "num_inference_steps": "num_inference_steps",
    "guidance": "guidance_scale",
    "guidance_scale": "guidance_scale",
    "cfg": "guidance_scale",
    "cfg_scale": "guidance_scale",
    "width": "width",
    "height": "height",
    "size": "size",
    "sampler": "scheduler",
    "scheduler": "scheduler",
    "strength": "strength",
    "loras": "loras",
}
SIZE = re.compile(r"(\d{1,5})\s*[x\u00d7]\s*(\d{1,5})", re.ASCII | re.IGNORECASE)
DELIMITERS = ",;\t"


@dataclass(frozen=True)
class Row:
    """`line` counts from 1; `error` says why nothing can be made of it."""

    line: int
    sets: dict[str, Any]
    error: str = ""


@dataclass(frozen=True)
class Rows:
    rows: list[Row]
    remarks: list[str]


def read(text: str) -> Rows:
    """Raises `ValueError` where it is no list at all."""
    if len(text) > LONGEST:
        raise ValueError(
            _("A list may have %(longest)s characters, this one has %(length)s.")
            % {"longest": counted(LONGEST), "length": counted(len(text))}
        )
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\0" in text:
        raise ValueError(_("This is no text: it has a NUL character in it."))
    header = next((line for line in text.split("\n") if line.strip()), "")
    delimiter = max(DELIMITERS, key=header.count)
    names = [_column(cell) for cell in _cells(header, delimiter)]
    if "prompt" not in [COLUMNS.get(name) for name in names]:
        return Rows(list(_lines(text)), [])
    return _table(text, delimiter)


def _lines(text: str) -> Iterator[Row]:
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield Row(number, {"prompt": as_it_was(line.strip()).strip()})


def _table(text: str, delimiter: str) -> Rows:
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, skipinitialspace=True, strict=True)
    names: list[str] = []
    rows: list[Row] = []
    line = 1
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error:
            # A quotation mark that is never closed swallows what follows it.
            rows.append(Row(line, {}, _("The quotation marks of this row do not match.")))
            break
        if not any(cell.strip() for cell in cells):
            pass
        elif not names:
            names = [_column(cell) for cell in cells]
        else:
            rows.append(_row(line, names, cells))
        line = reader.line_num + 1
    unknown = [name for name in names if name and name not in COLUMNS]
    remarks = [
        (_("The column “%(name)s” is not known and was not used.") % {"name": name[:40]})
        for name in unknown
    ]
    return Rows(rows, remarks)


def _row(line: int, names: list[str], cells: list[str]) -> Row:
    if len(cells) > len(names):
        sentence = _("This row has %(cells)s cells, the first line names %(names)s.") % {
            "cells": len(cells),
            "names": len(names),
        }
        return Row(
            line,
            {},
            _("%(sentence)s Put texts with commas into quotation marks.") % {"sentence": sentence},
        )
    sets: dict[str, Any] = {}
    for name, cell in zip(names, cells, strict=False):
        value, known = as_it_was(cell.strip()).strip(), COLUMNS.get(name)
        if not known or not value:
            continue
        if known != "size":
            sets[known] = value
            continue
        match = SIZE.fullmatch(value)
        if not match:
            return Row(
                line, {}, _("“%(value)s” is no size. Write it as 512x768.") % {"value": value[:40]}
            )
        sets["width"], sets["height"] = match.groups()
    if not sets.get("prompt"):
        return Row(line, {}, _("This row has no prompt."))
    return Row(line, sets)


def is_known(name: str) -> bool:
    """Whether a column of this name sets anything."""
    return _column(name) in COLUMNS


def _column(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().lower())


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []
