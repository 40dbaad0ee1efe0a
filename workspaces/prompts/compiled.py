"""What goes into the compiler, and what comes out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from workspaces.prompts.parts import Part, text_of


@dataclass(frozen=True)
class Written:
    """What a person wrote and chose. Texts of theme and style are templates, too."""

    prompt: str
    negative_prompt: str = ""
    theme_prompt: str = ""
    style_prompt: str = ""  # with {prompt} where the prompt goes, else behind it
    style_negative_prompt: str = ""


@dataclass(frozen=True)
class Final:
    """One prompt as it is drawn."""

    prompt_parts: tuple[Part, ...]
    negative_parts: tuple[Part, ...]

    @property
    def prompt(self) -> str:
        return text_of(self.prompt_parts).strip()

    @property
    def negative_prompt(self) -> str:
        return text_of(self.negative_parts).strip()


@dataclass(frozen=True)
class Compiled:
    """How many prompts there are, and each of them when it is asked for."""

    count: int
    at: Callable[[int, int], Final]
    """The prompt of a number from 0, with what chance picks for a seed."""
    by_chance: bool
    """Whether another seed may make other prompts."""

    def first(self, most: int, seed: int) -> Iterator[Final]:
        return (self.at(number, seed) for number in range(min(most, self.count)))
