"""The one reader of the environment: every setting has a name, a type, a default and a sentence.

The settings declare each of theirs here; what was declared can be listed (`.env.example` is held
to it by a test) and a value of the wrong type stops the start with a sentence that names it.
"""

import builtins
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class WrongSetting(ImproperlyConfigured):
    """A setting of the environment has a value of the wrong type."""


@dataclass(frozen=True)
class Setting:
    name: str
    type: str
    default: str
    help: str


class Env:
    """Reads typed values from a mapping and remembers what was asked for.

    Its methods are named for types, so inside it the types are spelled `builtins.str`.
    """

    def __init__(self, source: dict[builtins.str, builtins.str] | None = None) -> None:
        self.source = dict(os.environ) if source is None else source
        self.declared: dict[builtins.str, Setting] = {}

    def str(self, name: builtins.str, default: builtins.str, help: builtins.str) -> builtins.str:
        return self._read(name, "text", default, help, lambda text: text)

    def secret(self, name: builtins.str, default: builtins.str, help: builtins.str) -> builtins.str:
        return self._read(name, "secret", default, help, lambda text: text)

    def int(self, name: builtins.str, default: builtins.int, help: builtins.str) -> builtins.int:
        return self._read(name, "whole number", default, help, _to_whole)

    def float(
        self, name: builtins.str, default: builtins.float, help: builtins.str
    ) -> builtins.float:
        return self._read(name, "number", default, help, float)

    def bool(self, name: builtins.str, default: builtins.bool, help: builtins.str) -> builtins.bool:
        return self._read(name, "yes or no", default, help, _to_bool)

    def path(
        self, name: builtins.str, default: Path, help: builtins.str, shown: builtins.str = ""
    ) -> Path:
        return self._read(name, "folder", default, help, lambda text: Path(text).resolve(), shown)

    def list(
        self, name: builtins.str, default: builtins.list[builtins.str], help: builtins.str
    ) -> builtins.list[builtins.str]:
        return self._read(name, "list, comma between", default, help, _to_list)

    def json(self, name: builtins.str, help: builtins.str) -> dict[builtins.str, Any]:
        """Empty where nothing is said."""
        return self._read(name, "JSON object", {}, help, _to_object)

    def numbered(
        self, prefix: builtins.str, example: builtins.str, help: builtins.str
    ) -> dict[builtins.str, builtins.str]:
        """All variables whose names begin so, by name."""
        self.declared[f"{prefix}1"] = Setting(f"{prefix}1", "text", example, help)
        return {
            name: text.strip()
            for name, text in sorted(self.source.items())
            if name.startswith(prefix) and text.strip()
        }

    def _read(
        self,
        name: builtins.str,
        type: builtins.str,
        default: T,
        help: builtins.str,
        convert: Callable[[builtins.str], T],
        shown: builtins.str = "",
    ) -> T:
        self.declared[name] = Setting(name, type, shown or _to_text(default), help)
        text = self.source.get(name, "").strip()
        if not text:
            return default
        try:
            return convert(text)
        except ValueError:
            # A secret's value must not reach the log, so no value is repeated here.
            raise WrongSetting(f"{name} must be a {type}: {help}") from None


def is_address(text: str, *schemes: str) -> bool:
    """Asked before anything else takes it apart: Python's own error of a port that is no number
    repeats it, and it may be the half of a password."""
    try:
        return text.startswith(tuple(f"{each}://" for each in schemes)) and urlsplit(text).port != 0
    except ValueError:
        return False


def _to_whole(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


def _to_bool(text: str) -> bool:
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise ValueError(text)


def _to_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _to_object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    if not isinstance(value, dict):
        raise ValueError(text)
    return value


def _to_text(value: Any) -> str:
    if value == {}:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ",".join(value)
    return str(value)
