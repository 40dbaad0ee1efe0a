"""Reads a template: text, `{choices}` and `__lists__`. Hostile ones end in a sentence."""

import re

from django.utils.translation import gettext as _

from workspaces.prompts.errors import TemplateError
from workspaces.prompts.nodes import Choice, FromList, Node, Option, Text

MAX_DEPTH = 8  # braces within braces
MAX_NODES = 1000  # of one template
MAX_OPTIONS = 200  # of one choice

LIST_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9/-]|_(?!_))*"
TOKEN = re.compile(
    r"(?P<escaped>\\[{}|_\\])"
    r"|(?P<open>\{)|(?P<close>\})|(?P<bar>\|)"
    rf"|__(?P<each>!?)(?P<list>{LIST_NAME})__"
    r"|(?P<text>[^\\{}|_]+|.)",
    re.DOTALL,
)
AMOUNT = re.compile(r"(?P<fewest>\d{0,3})(?P<dash>-?)(?P<most>\d{0,3})\$\$")
WEIGHT = re.compile(r"\s*(\d{1,4}(?:\.\d{1,4})?)::")


def read(template: str) -> tuple[Node, ...]:
    """The template's nodes. Raises `TemplateError` with a sentence that says where it breaks."""
    return _Reader(template).all()


def read_option(line: str) -> Option:
    """A word list's line: `red`, or `3::red` where chance shall take it three times as often."""
    weight, rest = _weight(line)
    return Option(weight, read(rest.strip()))


class _Reader:
    def __init__(self, template: str) -> None:
        self.tokens = list(TOKEN.finditer(template))
        self.at = 0
        self.nodes = 0

    def all(self) -> tuple[Node, ...]:
        nodes = self._sequence(depth=0)
        if self.at < len(self.tokens):
            raise TemplateError(self._where(_("There is a } without a { before it")))
        return nodes

    def _sequence(self, depth: int) -> tuple[Node, ...]:
        """Up to what ends it: a bar or a closing brace, if it stands in braces."""
        nodes: list[Node] = []
        text = ""
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token["close"] or (token["bar"] and depth):
                break
            self.at += 1
            if token["open"] or token["list"]:
                nodes += self._counted(Text(text)) if text else ()
                text = ""
                node = self._choice(depth + 1) if token["open"] else _from_list(token)
                nodes += self._counted(node)
            else:
                text += token[0][1:] if token["escaped"] else token[0]
        nodes += self._counted(Text(text)) if text else ()
        return tuple(nodes)

    def _choice(self, depth: int) -> Node:
        opened = self.at - 1
        if depth > MAX_DEPTH:
            raise TemplateError(
                _("Braces may stand %(max_depth)s deep within each other at most.")
                % {"max_depth": MAX_DEPTH}
            )
        sequences = [self._sequence(depth)]
        while self.at < len(self.tokens) and self.tokens[self.at]["bar"]:
            self.at += 1
            sequences.append(self._sequence(depth))
        if self.at == len(self.tokens):
            self.at = opened
            raise TemplateError(self._where(_("The { has no } after it")))
        self.at += 1
        self._count(sum(not sequence for sequence in sequences))  # the others have counted
        if len(sequences) > MAX_OPTIONS:
            raise TemplateError(
                _("A choice may have %(max_options)s options at most.")
                % {"max_options": MAX_OPTIONS}
            )
        return _choice_of(sequences)

    def _counted(self, node: Node) -> list[Node]:
        self._count(1)
        return [node]

    def _count(self, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MAX_NODES:
            raise TemplateError(
                _("A prompt may have %(max_nodes)s choices, lists and texts at most.")
                % {"max_nodes": MAX_NODES}
            )

    def _where(self, sentence: str) -> str:
        place = self.tokens[self.at].start() + 1
        return _("%(sentence)s (character %(place)s). Write \\{ or \\} for a plain brace.") % {
            "sentence": sentence,
            "place": place,
        }


def _from_list(token: re.Match[str]) -> FromList:
    return FromList(token["list"].lower(), each=bool(token["each"]))


def _choice_of(sequences: list[tuple[Node, ...]]) -> Choice:
    """Its head, such as `~` or `2$$ and $$`, stands at the beginning of the first option."""
    by_chance, sequences[0] = _cut_mark(sequences[0])
    amount, sequences[0] = _cut_amount(sequences[0], len(sequences))
    joint, sequences[0] = _cut_joint(sequences[0]) if amount else (", ", sequences[0])
    fewest, most = amount or (1, 1)
    options = tuple(_option(nodes) for nodes in sequences)
    return Choice(options, fewest, most, joint, by_chance)


def _option(nodes: tuple[Node, ...]) -> Option:
    text, rest = _head(nodes)
    weight, text = _weight(text)
    return Option(weight, _with_head(text, rest))


def _weight(text: str) -> tuple[float, str]:
    found = WEIGHT.match(text)
    return (float(found[1]), text[found.end() :]) if found else (1.0, text)


def _cut_mark(nodes: tuple[Node, ...]) -> tuple[bool, tuple[Node, ...]]:
    text, rest = _head(nodes)
    return (True, _with_head(text[1:], rest)) if text.startswith("~") else (False, nodes)


def _cut_amount(
    nodes: tuple[Node, ...], options: int
) -> tuple[tuple[int, int] | None, tuple[Node, ...]]:
    """`2$$`, `1-3$$`, `-2$$` and `1-$$`; more than there are options means all of them."""
    text, rest = _head(nodes)
    found = AMOUNT.match(text)
    if not found or not (found["fewest"] or found["most"]):
        return None, nodes
    fewest = int(found["fewest"] or 0)
    most = int(found["most"] or options) if found["dash"] else fewest
    if most < fewest:
        raise TemplateError(
            _("“%(amount)s” asks for %(fewest)s to %(most)s: the second is smaller.")
            % {"amount": found[0], "fewest": fewest, "most": most}
        )
    return (min(fewest, options), min(most, options)), _with_head(text[found.end() :], rest)


def _cut_joint(nodes: tuple[Node, ...]) -> tuple[str, tuple[Node, ...]]:
    text, rest = _head(nodes)
    joint, mark, after = text.partition("$$")
    return (joint, _with_head(after, rest)) if mark else (", ", nodes)


def _head(nodes: tuple[Node, ...]) -> tuple[str, tuple[Node, ...]]:
    if nodes and isinstance(nodes[0], Text):
        return nodes[0].text, nodes[1:]
    return "", nodes


def _with_head(text: str, rest: tuple[Node, ...]) -> tuple[Node, ...]:
    return (Text(text), *rest) if text else rest
