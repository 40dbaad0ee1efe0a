"""The versions of what computed a picture: part of its recipe."""

from functools import cache
from importlib.metadata import version


@cache
def of_libraries() -> dict[str, str]:
    return {name: version(name) for name in ("diffusers", "torch", "transformers")}
