"""The one reader of the environment: every setting has a name, a type, a default and a sentence.

`settings.py` declares each setting here; what was declared can be listed (`.env.example` is held
to it by a test) and a value of the wrong type stops the start with a sentence that names it.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


@dataclass(frozen=True)
class Setting:
    name: str
    type: str
    default: str
    help: str


class Env:
    """Reads typed values from a mapping and remembers what was asked for."""

    def __init__(self, source: dict[str, str] | None = None) -> None:
        self.source = dict(os.environ) if source is None else source
        self.declared: dict[str, Setting] = {}

    def str(self, name: str, default: str, help: str) -> str:
        return self._read(name, "text", default, help, lambda text: text)

    def secret(self, name: str, default: str, help: str) -> str:
        return self._read(name, "secret", default, help, lambda text: text)

    def int(self, name: str, default: int, help: str) -> int:
        return self._read(name, "whole number", default, help, int)

    def float(self, name: str, default: float, help: str) -> float:
        return self._read(name, "number", default, help, float)

    def bool(self, name: str, default: bool, help: str) -> bool:
        return self._read(name, "yes or no", default, help, _to_bool)

    def path(self, name: str, default: Path, help: str, shown: str = "") -> Path:
        return self._read(name, "folder", default, help, lambda text: Path(text).resolve(), shown)

    def list(self, name: str, default: list[str], help: str) -> list[str]:
        return self._read(name, "list, comma between", default, help, _to_list)

    def _read(
        self,
        name: str,
        type: str,
        default: T,
        help: str,
        convert: Callable[[str], T],
        shown: str = "",
    ) -> T:
        self.declared[name] = Setting(name, type, shown or _to_text(default), help)
        text = self.source.get(name, "").strip()
        if not text:
            return default
        try:
            return convert(text)
        except ValueError:
            # A secret's value must not reach the log, so no value is repeated here.
            raise ImproperlyConfigured(f"{name} must be a {type}: {help}") from None


def _to_bool(text: str) -> bool:
    if text.lower() in TRUE:
        return True
    if text.lower() in FALSE:
        return False
    raise ValueError(text)


def _to_list(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _to_text(value: Any) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, list):
        return ",".join(value)
    return str(value)
