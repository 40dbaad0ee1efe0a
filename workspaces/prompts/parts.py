"""A final prompt in parts that know where they came from."""

from dataclasses import dataclass
from enum import StrEnum


class Origin(StrEnum):
    THEME = "theme"
    STYLE = "style"
    WRITTEN = "written"
    CHOICE = "choice"  # one of {a|b|c}
    LIST = "list"  # a line of a word list


@dataclass(frozen=True)
class Part:
    text: str
    origin: Origin


def text_of(parts: tuple[Part, ...]) -> str:
    return "".join(part.text for part in parts)
