"""A ComfyUI graph: nodes by number, linked by their inputs, walked upwards without recursion."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

# Far beyond any real graph: what reading a hostile one may cost.
MOST_NODES = 5_000
MOST_INPUTS = 200
FARTHEST = 20  # nodes that are asked for a plain value

Node = Mapping[str, Any]
Nodes = Mapping[str, Node]


def nodes_of(graph: Mapping[str, Any]) -> dict[str, Node]:
    """`{"3": {"class_type": "KSampler", "inputs": {...}}}`, without what is not of this form."""
    return {
        name: node
        for name, node in islice(graph.items(), MOST_NODES)
        if isinstance(node, dict) and isinstance(node.get("inputs"), dict)
    }


def kind(node: Node) -> str:
    value = node.get("class_type")
    return value if isinstance(value, str) else ""


def linked(value: Any) -> str | None:
    """The node that an input comes from: `["4", 0]`. None where it is a plain value."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[0], str | int):
        return str(value[0])
    return None


def upwards(
    nodes: Nodes, start: Iterable[str], follows: Callable[[Node], Iterable[str]]
) -> Iterator[Node]:
    """Nodes from the nearest on, each once. `follows` names the inputs whose links to follow."""
    waiting, seen = list(start), set()
    while waiting:
        later: list[str] = []
        for name in waiting:
            if name in seen or name not in nodes:
                continue
            seen.add(name)
            node = nodes[name]
            yield node
            links = (linked(node["inputs"].get(each)) for each in follows(node))
            later += [each for each in links if each is not None]
        waiting = later


def every_input(node: Node) -> Iterable[str]:
    return islice(node["inputs"], MOST_INPUTS)


def value(nodes: Nodes, given: Any) -> Any:
    """A plain value, also where a node of its own holds it (a "primitive")."""
    start = linked(given)
    if start is None:
        return None if isinstance(given, list | dict) else given
    for node in islice(upwards(nodes, [start], every_input), FARTHEST):
        for name in ("value", "text", "string", "seed", "int", "float"):
            held = node["inputs"].get(name)
            if isinstance(held, str | int | float) and not isinstance(held, bool):
                return held
    return None
