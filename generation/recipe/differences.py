"""Which parts of a recipe another one has otherwise."""

from collections.abc import Iterator, Mapping, Set
from typing import Any

from generation.recipe.canonical import canonical

LONGEST = 80  # characters of a value that a line shows


def changed(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """A line for each part: `libraries.torch: 2.12.0 -> 2.13.0`. What made it goes by short names,
    unless something that was asked for has the same one.

    What a recipe of an older version could not say is no change.
    """
    old, new = dict(_parts(before)), dict(_parts(after))
    names = {*old, *new} - {"version"}
    if before.get("version") != after.get("version"):
        names = {name for name in names if name in old and name in new}
    return sorted(
        f"{_short(name, {*old, *new})}: {_shown(old.get(name))} -> {_shown(new.get(name))}"
        for name in names
        if _compared(old.get(name)) != _compared(new.get(name))
    )


def _short(name: str, names: Set[str]) -> str:
    short = name.removeprefix("made_by.")
    return name if short in names else short


def _parts(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        inner = [(str(each), part) for each, part in value.items()]
    elif isinstance(value, list | tuple):
        inner = [(str(number), part) for number, part in enumerate(value)]
    else:
        yield name, value
        return
    for each, part in inner:
        yield from _parts(part, f"{name}.{each}" if name else each)


def _compared(value: Any) -> str:
    return canonical({"": value})


def _shown(value: Any) -> str:
    if value is None:
        return "not noted"
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
