"""Which files an image may be built from: all but what `.dockerignore` names."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from tools.images.dockerfile import ROOT


def context(root: Path = ROOT) -> Iterator[str]:
    """Their paths below the root. A folder that is left out is not looked into."""
    rules = _rules((root / ".dockerignore").read_text())
    for folder, folders, files in os.walk(root):
        below = Path(folder).relative_to(root)
        folders[:] = [name for name in sorted(folders) if not _is_out(below / name, rules)]
        yield from (str(below / name) for name in sorted(files) if not _is_out(below / name, rules))


def _is_out(path: Path, rules: list[re.Pattern[str]]) -> bool:
    return any(rule.fullmatch(path.as_posix()) for rule in rules)


def _rules(text: str) -> list[re.Pattern[str]]:
    lines = [line.strip() for line in text.splitlines()]
    return [re.compile(_pattern(line)) for line in lines if line and not line.startswith("#")]


def _pattern(line: str) -> str:
    """As Docker reads it: from the root on, `*` within a name, `**/` for any folders."""
    if line.startswith("!"):
        raise ValueError("Exceptions are not understood here: name what is left out.")
    parts = re.split(r"(\*\*/|\*|\?)", line.strip("/"))
    meant = {"**/": "(?:.*/)?", "*": "[^/]*", "?": "[^/]"}
    return "".join(meant.get(part, re.escape(part)) for part in parts)
