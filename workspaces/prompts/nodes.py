"""What a template consists of, once it is read."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Text:
    text: str


@dataclass(frozen=True)
class Option:
    """One of several; `weight` counts where chance decides."""

    weight: float
    nodes: "tuple[Node, ...]"


@dataclass(frozen=True)
class Choice:
    """`{a|b|c}`: each in turn. `{~a|b}`: one by chance. `{1-2$$ and $$a|b|c}`: several, joined."""

    options: tuple[Option, ...]
    fewest: int = 1
    most: int = 1
    joint: str = ", "
    by_chance: bool = False


@dataclass(frozen=True)
class FromList:
    """`__name__`: a line by chance. `__!name__`: each line in turn."""

    name: str
    each: bool = False


Node = Text | Choice | FromList
