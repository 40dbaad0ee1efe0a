"""Reads and writes `.po` files, the form in which translators keep texts.

The format is gettext's: https://www.gnu.org/software/gettext/manual/html_node/PO-Files.html
Texts that are no longer used (`#~`) are left out: git remembers them.
"""

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

STRING = re.compile(r'(?:(?P<keyword>msg[a-z_]+)(?:\[(?P<form>\d+)\])?\s+)?(?P<text>".*")\Z')


@dataclass
class Entry:
    """One text: what the code says, and what it is in the language of its file."""

    id: str
    plural: str = ""
    context: str | None = None
    strings: list[str] = field(default_factory=list)  # one, or one for each of the plural's forms
    flags: set[str] = field(default_factory=set)
    places: list[str] = field(default_factory=list)

    @property
    def key(self) -> tuple[str | None, str]:
        return self.context, self.id

    @property
    def is_done(self) -> bool:
        return bool(self.strings) and all(self.strings) and "fuzzy" not in self.flags


def read(path: Path) -> list[Entry]:
    """Every entry of a file; the first, with an empty id, is its header."""
    return [_entry(lines) for lines in _blocks(path.read_text("utf-8").splitlines())]


def write(path: Path, entries: Iterable[Entry]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(_written(entry) for entry in entries), "utf-8")


def _blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in (*lines, ""):
        if line.strip():
            if not line.startswith("#~"):
                block.append(line.strip())
        elif block:
            yield block
            block = []


def _entry(lines: list[str]) -> Entry:
    entry = Entry("")
    texts: dict[str, str] = {}
    last = ""
    for line in lines:
        if line.startswith("#,"):
            entry.flags |= {flag.strip() for flag in line[2:].split(",")}
        elif line.startswith("#:"):
            entry.places += line[2:].split()
        elif not line.startswith("#"):
            found = STRING.match(line)
            if found is None:
                raise ValueError(f"This is no line of a catalogue: {line}")
            if found["keyword"]:
                last = found["keyword"] + (found["form"] or "")
            texts[last] = texts.get(last, "") + ast.literal_eval(found["text"])
    entry.context = texts.pop("msgctxt", None)
    entry.id = texts.pop("msgid", "")
    entry.plural = texts.pop("msgid_plural", "")
    entry.strings = [texts[name] for name in sorted(texts)]
    return entry


def _written(entry: Entry) -> str:
    lines = [f"#: {place}" for place in entry.places]
    if entry.flags:
        lines.append(f"#, {', '.join(sorted(entry.flags))}")
    if entry.context is not None:
        lines.append(f"msgctxt {_quoted(entry.context)}")
    lines.append(f"msgid {_quoted(entry.id)}")
    if entry.plural:
        lines.append(f"msgid_plural {_quoted(entry.plural)}")
        lines += [f"msgstr[{at}] {_quoted(text)}" for at, text in enumerate(entry.strings)]
    else:
        lines.append(f"msgstr {_quoted(''.join(entry.strings))}")
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    def quoted(part: str) -> str:
        escaped = part.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
        return '"' + escaped.replace("\n", "\\n") + '"'

    parts = text.splitlines(keepends=True)
    return quoted(text) if len(parts) < 2 else "\n".join(['""', *map(quoted, parts)])
