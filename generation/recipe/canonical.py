"""The one text of a JSON value, by RFC 8785 (JCS): equal values have equal texts, in any language.

https://www.rfc-editor.org/rfc/rfc8785
"""

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any


def canonical(recipe: Mapping[str, Any]) -> str:
    if recipe.get("version") == 1:
        # Written before; their hashes are of this text.
        return json.dumps(recipe, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return _text(recipe)


def hash_of(recipe: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical text, in hexadecimal digits."""
    return hashlib.sha256(canonical(recipe).encode()).hexdigest()


def plain(value: Any) -> Any:
    """The value as JSON that every database keeps: what it has no form for becomes its text."""
    match value:
        case None | bool() | int():
            return value
        case float():
            return value if isfinite(value) else str(value)
        case Mapping():
            return {_storable(str(name)): plain(each) for name, each in value.items()}
        case list() | tuple() | set() | frozenset():
            return [plain(each) for each in (sorted(value) if isinstance(value, set) else value)]
        case _:
            return _storable(str(value))


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_text(value[name])}" for name in names) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    if isinstance(value, float):
        return _number(value)
    return json.dumps(value, ensure_ascii=False)


def _number(value: float) -> str:
    """As ECMAScript writes it: 7.0 is "7", 1e-05 is "0.00001"."""
    if value == 0:
        return "0"
    # The shortest digits that mean this number, and how many of them stand before the point.
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    point = len(digits) + exponent
    if -6 < point <= 21:
        return format(Decimal((sign, digits, exponent)), "f")
    first, rest = str(digits[0]), "".join(map(str, digits[1:]))
    mantissa = f"{first}.{rest}" if rest else first
    return f"{'-' if sign else ''}{mantissa}e{point - 1:+d}"


def _storable(text: str) -> str:
    """Without NUL and lone surrogates, which PostgreSQL takes in no text."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()
