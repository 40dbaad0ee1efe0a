"""Finds the texts that Python, templates and scripts say. gettext's programs aren't needed."""

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from pathlib import Path

from django.utils.translation.template import templatize

from pixazo.texts.catalogue import Entry

ROOMS = ("accounts", "billing", "chat", "generation", "pixazo", "workspaces")
ROOT = Path(__file__).parents[2]
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
STRING = r"""(?:u?'(?:\\.|[^'\\])*'|u?"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(rf"\b(n?gettext|_)\(\s*({STRING}(?:\s*,\s*{STRING})?)", re.DOTALL)
SCRIPT_CALL = re.compile(r"(?<![.\w])(?<!function )(translate|plural)\(\s*")
SCRIPT_IMPORT = re.compile(r'import \{ ([^}]*) \} from "\./texts\.js"')
SCRIPT_TEXTS = re.compile(r'"(?:\\.|[^"\\\n])*"(?:\s*,\s*"(?:\\.|[^"\\\n])*")?')

Search = Callable[[str, str], Iterator[tuple[str, str]]]


class NotWrittenOut(Exception):
    """A text is put together where it is said: no translator could find it."""


def of_site() -> list[Entry]:
    """The texts of Python and templates."""
    python = (
        path
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "tests" not in path.relative_to(ROOT).parts
    )
    pages = (path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
    return _gathered(_in(python, in_python), _in(pages, in_template))


def of_scripts() -> list[Entry]:
    return _gathered(_in((ROOT / "static" / "js").glob("*.js"), in_script))


def _in(paths: Iterable[Path], search: Search) -> Iterator[tuple[str, str, str]]:
    for path in sorted(paths):
        place = path.relative_to(ROOT).as_posix()
        for text, plural in search(path.read_text("utf-8"), place):
            yield place, text, plural


def _gathered(*many: Iterable[tuple[str, str, str]]) -> list[Entry]:
    """Each text once, with all its places."""
    found: dict[str, Entry] = {}
    for place, text, plural in chain(*many):
        entry = found.setdefault(text, Entry(text))
        entry.plural = entry.plural or plural
        if place not in entry.places:
            entry.places.append(place)
    return list(found.values())


def in_python(source: str, place: str) -> Iterator[tuple[str, str]]:
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    for call in sorted(calls, key=lambda call: (call.lineno, call.col_offset)):
        name = getattr(call.func, "id", None) or getattr(call.func, "attr", None)
        if name in PLAIN | PLURAL and call.args:
            texts = call.args[: 2 if name in PLURAL else 1]
            if not all(isinstance(text, ast.Constant) for text in texts):
                if name == "_" or name in PLURAL:
                    raise NotWrittenOut(f"{place}:{call.lineno}")
                continue  # gettext(sentence): something that is kept in English is shown
            said = [str(text.value) for text in texts if isinstance(text, ast.Constant)]
            yield said[0], said[1] if len(said) > 1 else ""


def in_template(source: str, place: str) -> Iterator[tuple[str, str]]:
    for call in TEMPLATE_CALL.finditer(templatize(source, origin=place)):
        texts = [ast.literal_eval(text) for text in re.findall(STRING, call[2])]
        yield texts[0], texts[1] if call[1] == "ngettext" else ""


def in_script(source: str, place: str) -> Iterator[tuple[str, str]]:
    imported = SCRIPT_IMPORT.search(source)
    names = imported[1].split(", ") if imported else []
    for call in SCRIPT_CALL.finditer(source):
        if call[1] not in names:
            continue
        texts = SCRIPT_TEXTS.match(source, call.end())
        if texts is None:
            line = source.count("\n", 0, call.start()) + 1
            raise NotWrittenOut(f"{place}:{line}")
        said = [ast.literal_eval(text) for text in re.findall(STRING, texts[0])]
        yield said[0], said[1] if call[1] == "plural" else ""
