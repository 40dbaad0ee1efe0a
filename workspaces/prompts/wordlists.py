"""The word lists that a template may name, read when they are first needed."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _

from pixazo.texts.numbers import counted
from workspaces.prompts.errors import TemplateError
from workspaces.prompts.nodes import Choice, FromList, Node, Option
from workspaces.prompts.reading import read_option

MAX_LINES = 5_000  # of all lists that one request names, directly or through others
MAX_TEXT = 200_000  # characters of these lines
MAX_DEPTH = 8  # lists that name lists

LinesOf = Callable[[str], Sequence[str] | None]


class Lists:
    """`lines_of(name)` says a list's lines, or None where there is no such list."""

    def __init__(self, lines_of: LinesOf) -> None:
        self._lines_of = lines_of
        self._read: dict[str, tuple[Option, ...]] = {}
        self._depths: dict[str, int] = {}  # of lists below each
        self._by_chance: dict[str, bool] = {}  # whether chance has a say within their lines
        self._lines = 0
        self._text = 0

    def options(self, name: str) -> tuple[Option, ...]:
        """Raises `TemplateError` where the list is missing, empty, or refers to itself."""
        if name not in self._read:
            self._read_all(name, ())
        return self._read[name]

    def leave_to_chance(self, nodes: Sequence[Node]) -> bool:
        """Whether chance has a say in what these become."""
        return any(self._is_left_to_chance(node) for node in nodes)

    def _is_left_to_chance(self, node: Node) -> bool:
        if isinstance(node, Choice):
            return node.by_chance or self._are_left_to_chance(node.options)
        if not isinstance(node, FromList):
            return False
        if node.each and node.name not in self._by_chance:
            self._by_chance[node.name] = self._are_left_to_chance(self.options(node.name))
        return not node.each or self._by_chance[node.name]

    def _are_left_to_chance(self, options: Sequence[Option]) -> bool:
        return any(self.leave_to_chance(option.nodes) for option in options)

    def _read_all(self, name: str, within: tuple[str, ...]) -> int:
        if name in within:
            raise TemplateError(_("The list “%(name)s” contains itself.") % {"name": name})
        if name in self._read:
            depth = self._depths[name]
        else:
            self._check_depth(len(within))
            options = self._options_of(name)
            others = sorted(set().union(*(named(option.nodes) for option in options)))
            below = [self._read_all(other, (*within, name)) for other in others]
            depth = 1 + max(below, default=0)
            self._read[name], self._depths[name] = options, depth
        self._check_depth(len(within) + depth)
        return depth

    def _options_of(self, name: str) -> tuple[Option, ...]:
        lines = self._lines_named(name)
        try:
            return tuple(read_option(line) for line in lines)
        except TemplateError as error:
            # Who is told of a brace in a list must know that it is not in their own words.
            where = _("In the list “%(name)s”: %(trouble)s")
            raise TemplateError(where % {"name": name, "trouble": error.sentence}) from None

    def _check_depth(self, depth: int) -> None:
        """Of a list that was read on another way as well: it counts where it stands now."""
        if depth > MAX_DEPTH:
            raise TemplateError(
                _("Lists may name lists %(max_depth)s deep at most.") % {"max_depth": MAX_DEPTH}
            )

    def _lines_named(self, name: str) -> Sequence[str]:
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
        self._text += sum(map(len, lines))
        if self._text > MAX_TEXT:
            raise TemplateError(
                _("The lists of one prompt may have %(max_text)s characters at most.")
                % {"max_text": counted(MAX_TEXT)}
            )
        return lines


def check_list(name: str, lines_of: LinesOf) -> None:
    """Raises `TemplateError` where a list can't be read or contains itself, directly or through
    others. Those that are not there yet are passed over."""
    Lists(lambda other: lines_of(other) or [""]).options(name)


def named(nodes: Sequence[Node]) -> set[str]:
    """The names of the lists that nodes refer to."""
    names = {node.name for node in nodes if isinstance(node, FromList)}
    options = [option for node in nodes if isinstance(node, Choice) for option in node.options]
    return names.union(*(named(option.nodes) for option in options))
