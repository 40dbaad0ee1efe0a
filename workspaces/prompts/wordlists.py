"""The word lists that a template may name, read when they are first needed."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from pixazo.texts.numbers import counted
from workspaces.prompts.errors import TemplateError
from workspaces.prompts.nodes import Choice, FromList, Node, Option
from workspaces.prompts.reading import read_option

MAX_LINES = 5_000  # of all lists that one request names, directly or through others


class Lists:
    """`lines_of(name)` says a list's lines, or None where there is no such list."""

    def __init__(self, lines_of: Callable[[str], Sequence[str] | None]) -> None:
        self._lines_of = lines_of
        self._read: dict[str, tuple[Option, ...]] = {}
        self._lines = 0

    def options(self, name: str) -> tuple[Option, ...]:
        """Raises `TemplateError` where the list is missing, empty, or refers to itself."""
        if name not in self._read:
            self._read_all(name, ())
        return self._read[name]

    def _read_all(self, name: str, within: tuple[str, ...]) -> None:
        if name in within:
            raise TemplateError(_("The list “%(name)s” contains itself.") % {"name": name})
        if name in self._read:
            return
        lines = self._lines_of(name)
        if lines is None:
            raise TemplateError(_("There is no word list “%(name)s” here.") % {"name": name})
        if not lines:
            raise TemplateError(_("The word list “%(name)s” is empty.") % {"name": name})
        self._lines += len(lines)
        if self._lines > MAX_LINES:
            raise TemplateError(
                _("The lists of one prompt may have %(max_lines)s lines at most.")
                % {"max_lines": counted(MAX_LINES)}
            )
        options = tuple(read_option(line) for line in lines)
        for option in options:
            for other in sorted(named(option.nodes)):
                self._read_all(other, (*within, name))
        self._read[name] = options


def named(nodes: Sequence[Node]) -> set[str]:
    """The names of the lists that nodes refer to."""
    names = {node.name for node in nodes if isinstance(node, FromList)}
    options = [option for node in nodes if isinstance(node, Choice) for option in node.options]
    return names.union(*(named(option.nodes) for option in options))
