"""How many prompts a template makes, and which one is the n-th, without making the others.

What is chosen by chance counts as one; what is taken in turn multiplies. Numbers are exact, up to
one of a hundred digits: a template that would make billions is counted as quickly as one that makes
two, and one beyond that is refused while its numbers still have an end.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate
from random import Random

from django.utils.translation import gettext as _

from workspaces.prompts.errors import TemplateError
from workspaces.prompts.nodes import Choice, FromList, Node, Option, Text
from workspaces.prompts.parts import Origin, Part
from workspaces.prompts.wordlists import Lists

MAX_PARTS = 2_000  # of one final prompt: lists in lists can grow without end
MAX_DRAWN = 100_000  # options that chance looks at for one final prompt
MAX_LENGTH = 80_000  # characters of a final prompt
MAX_WAYS = 500_000  # numbers that counting several of many takes
MAX_COUNT = 10**100


class Counting:
    """Of templates that share the same lists."""

    def __init__(self, lists: Lists) -> None:
        self._lists = lists
        self._counts: dict[int, int] = {}
        self._tables: dict[int, list[list[int]]] = {}
        self._ends: dict[str, list[int]] = {}
        self._ways_left = MAX_WAYS
        self._kept: list[object] = []  # ids are theirs as long as they live

    def count(self, nodes: Sequence[Node]) -> int:
        """Raises `TemplateError` where they are more than MAX_COUNT."""
        total = 1
        for node in nodes:
            total = bounded(total * self.count_of(node))
        return total

    def parts(
        self, nodes: Sequence[Node], number: int, chance: Random, origin: Origin
    ) -> tuple[Part, ...]:
        """The parts of the prompt of that number, from 0; the last choice changes fastest."""
        return tuple(_Making(self, chance).parts(nodes, number, origin))

    def line(self, node: FromList, number: int, chance: Random) -> tuple[Option, int]:
        """A list's line, and the number of the prompt within it."""
        options = self._lists.options(node.name)
        if not node.each:
            # What the line chooses is by chance, too: a number may be larger than its count.
            return _by_chance(options, 1, chance)[0], chance.getrandbits(32)
        ends = self._ends_of(node.name)
        place = bisect_right(ends, number)
        return options[place], number - (ends[place - 1] if place else 0)

    def in_turn(self, node: Choice, number: int) -> list[tuple[Option, int]]:
        """Fewer before more; among equally many in the order in which they are written."""
        ways = self._ways(node)
        amount = node.fewest
        while number >= ways[0][amount]:
            number -= ways[0][amount]
            amount += 1
        chosen = []
        for place, option in enumerate(node.options):
            if not amount:
                break
            rest = ways[place + 1][amount - 1]
            with_it = self.count(option.nodes) * rest
            if number < with_it:
                own, number = divmod(number, rest)
                chosen.append((option, own))
                amount -= 1
            else:
                number -= with_it
        return chosen

    def count_of(self, node: Node) -> int:
        if isinstance(node, Text):
            return 1
        if id(node) not in self._counts:
            self._kept.append(node)
            self._counts[id(node)] = self._count_anew(node)
        return self._counts[id(node)]

    def _count_anew(self, node: Choice | FromList) -> int:
        if isinstance(node, FromList):
            return bounded(self._ends_of(node.name)[-1]) if node.each else 1
        if node.by_chance:
            return 1
        ways = self._ways(node)[0]
        return bounded(sum(ways[node.fewest : node.most + 1]))

    def _ends_of(self, name: str) -> list[int]:
        """Up to which number each of a list's lines goes, where they are taken in turn."""
        if name not in self._ends:
            options = self._lists.options(name)
            self._ends[name] = list(accumulate(self.count(option.nodes) for option in options))
        return self._ends[name]

    def _ways(self, node: Choice) -> list[list[int]]:
        """ways[i][k]: prompts made of k of the options from the i-th on (elementary symmetric
        polynomials of their counts, from the end)."""
        if id(node) not in self._tables:
            self._ways_left -= len(node.options) * (node.most + 1)
            if self._ways_left < 0:
                raise TemplateError(_("This chooses several of too many, too often."))
            table = [[1] + [0] * node.most]
            for option in reversed(node.options):
                later, own = table[0], self.count(option.nodes)
                more = [later[k] + own * later[k - 1] for k in range(1, node.most + 1)]
                table.insert(0, [1, *more])
            self._kept.append(node)
            self._tables[id(node)] = table
        return self._tables[id(node)]


class _Making:
    """One prompt, while it is put together."""

    def __init__(self, counting: Counting, chance: Random) -> None:
        self._counting = counting
        self._chance = chance
        self._parts = MAX_PARTS
        self._drawn = MAX_DRAWN
        self._length = MAX_LENGTH

    def parts(self, nodes: Sequence[Node], number: int, origin: Origin) -> Iterator[Part]:
        numbers = []
        for node in reversed(nodes):
            number, own = divmod(number, self._counting.count_of(node))
            numbers.append(own)
        for node, own in zip(nodes, reversed(numbers), strict=True):
            self._parts -= 1
            if isinstance(node, Text):
                self._length -= len(node.text)
            self._check()
            if isinstance(node, Text):
                yield Part(node.text, origin)
            elif isinstance(node, FromList):
                option, inner = self._counting.line(node, own, self._chance)
                yield from self.parts(option.nodes, inner, Origin.LIST)
            else:
                yield from self._chosen(node, own)

    def _check(self) -> None:
        if min(self._parts, self._drawn, self._length) < 0:
            raise TemplateError(_("This prompt becomes too long: its lists repeat each other."))

    def _chosen(self, node: Choice, number: int) -> Iterator[Part]:
        chosen = self._by_chance(node) if node.by_chance else self._counting.in_turn(node, number)
        for place, (option, own) in enumerate(chosen):
            if place and node.joint:
                self._length -= len(node.joint)
                self._check()
                yield Part(node.joint, Origin.CHOICE)
            yield from self.parts(option.nodes, own, Origin.CHOICE)

    def _by_chance(self, node: Choice) -> list[tuple[Option, int]]:
        amount = self._chance.randint(node.fewest, node.most)
        self._drawn -= amount * len(node.options)
        self._check()
        options = _by_chance(node.options, amount, self._chance)
        return [(option, self._chance.getrandbits(32)) for option in options]


def bounded(count: int) -> int:
    if count > MAX_COUNT:
        raise TemplateError(_("This makes more prompts than anybody can count."))
    return count


def _by_chance(options: Sequence[Option], amount: int, chance: Random) -> list[Option]:
    """So many different ones, by their weights, in the order in which they are written."""
    left = list(range(len(options)))
    taken = []
    for _taken in range(amount):
        weights = [options[place].weight for place in left]
        if not any(weights):
            weights = [1.0] * len(left)
        place = chance.choices(left, weights)[0]
        left.remove(place)
        taken.append(place)
    return [options[place] for place in sorted(taken)]
