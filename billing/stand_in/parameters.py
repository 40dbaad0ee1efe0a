"""Reads a form of Stripe's API and holds it to what the installed library knows of that API.

The types in `stripe.params` are made from the same description as the API, so that a parameter
which is not among them is refused as Stripe refuses it: habits of older versions are found here.
"""

import re
import sys
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from stripe._request_options import RequestOptions
from typing_extensions import is_typeddict

from billing.stand_in.refusals import Refused

# Not parameters of a request, though the library's types name them.
OPTIONS = frozenset(RequestOptions.__annotations__)
# Removed, and refused with a code of its own.
REMOVED = {"payment_method_types": "payment_method_types_no_longer_supported"}
# Named in the library's types by modules that import them for type checkers only.
NAMES = {"StripeContext": object, "Any": Any, "Mapping": Mapping}
KEY = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")


def parse(text: str) -> dict[str, Any]:
    """`a[b]=1&c[0][d]=2&e[]=3` as dicts, and lists where all names are numbers."""
    tree: dict[str, Any] = {}
    for key, value in parse_qsl(text, keep_blank_values=True):
        match = KEY.match(key)
        if not match:
            raise Refused(f"Invalid request: {key}")
        path = [match[1], *re.findall(r"\[([^\[\]]*)\]", match[2])]
        _put(tree, path, value)
    return {name: _lists(value) for name, value in tree.items()}


def read(params: type | None, given: dict[str, Any]) -> dict[str, Any]:
    """The parameters with the types that they have in `params`; raises `Refused`."""
    return _read(params, given, "") if params else _nothing_but_expand(given)


def _put(tree: dict[str, Any], path: list[str], value: str) -> None:
    *way, last = path
    for step in way:
        tree = tree.setdefault(step, {})
        if not isinstance(tree, dict):
            raise Refused(f"Invalid request: {step}")
    tree[last or str(len(tree))] = value


def _lists(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(part) for name, part in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner


def _nothing_but_expand(given: dict[str, Any]) -> dict[str, Any]:
    for name in given.keys() - {"expand"}:
        raise _unknown(name)
    return given


@cache
def known(params: type) -> dict[str, Any]:
    """Name -> type."""
    names = vars(sys.modules[params.__module__]) | NAMES
    hints = typing.get_type_hints(params, names)
    return {name: hint for name, hint in hints.items() if name not in OPTIONS}


def _read(params: type, given: dict[str, Any], where: str) -> dict[str, Any]:
    hints = known(params)
    read = {}
    for name, value in given.items():
        full = f"{where}[{name}]" if where else name
        if name not in hints:
            raise _unknown(full)
        read[name] = _typed(hints[name], value, full)
    for name in params.__required_keys__:  # type: ignore[attr-defined]
        if name not in given:
            full = f"{where}[{name}]" if where else name
            raise Refused(f"Missing required param: {full}.", code="parameter_missing", param=full)
    return read


def _unknown(name: str) -> Refused:
    if name in REMOVED:
        message = f"The `{name}` parameter is no longer supported: leave it out."
        return Refused(message, code=REMOVED[name], param=name)
    message = f"Received unknown parameter: {name}"
    return Refused(message, code="parameter_unknown", param=name)


def _typed(hint: Any, value: Any, where: str) -> Any:
    for option in _options(hint):
        try:
            return _as(option, value, where)
        except ValueError:
            continue
    shown = value if isinstance(value, str) else "object"
    raise Refused(f"Invalid {where}: {shown}", code="parameter_invalid", param=where)


def _options(hint: Any) -> list[Any]:
    if typing.get_origin(hint) not in (typing.Union, types.UnionType):
        return [hint]
    options = list(typing.get_args(hint))
    words = {word for option in options for word in _words(option)}
    # The library leaves enums open for versions to come; the API of today knows these words only.
    if words - {""} and str in options:
        options.remove(str)
    return options


def _words(option: Any) -> tuple[Any, ...]:
    return typing.get_args(option) if typing.get_origin(option) is typing.Literal else ()


def _as(hint: Any, value: Any, where: str) -> Any:
    """`value` as one of these types; raises ValueError where it is none."""
    origin = typing.get_origin(hint)
    if is_typeddict(hint) and isinstance(value, dict):
        return _read(hint, value, where)
    if origin in (list, tuple) and isinstance(value, list):
        (inner, *_) = typing.get_args(hint)
        return [_typed(inner, part, f"{where}[{at}]") for at, part in enumerate(value)]
    if origin is dict and isinstance(value, dict):
        return value
    if isinstance(value, str) and (words := _words(hint)) and value in words:
        return value
    if isinstance(value, str) and isinstance(hint, type) and not is_typeddict(hint):
        return _plain(hint, value)
    raise ValueError(value)


def _plain(hint: type, value: str) -> Any:
    if hint is bool:
        return {"true": True, "false": False}[value] if value in ("true", "false") else _no(value)
    if hint is str:
        return value
    return hint(value) if hint in (int, float) else str(value)  # Decimal stays as it was written


def _no(value: str) -> Any:
    raise ValueError(value)
