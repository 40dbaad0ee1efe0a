"""What staff may set for how one model runs: read and checked here, without torch.

`ImageModel.options` is a JSON object. Admin and contract check it on machines that have no torch;
`tuning.py` applies it where the model runs, and says what that machine can't do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import PurePath
from typing import Any

CHOICES: Mapping[str, tuple[str, ...]] = {
    "dtype": ("", "fp32", "fp16", "bf16"),
    "offload": ("none", "model", "group", "sequential"),
    # diffusers' names; those that end in _hub fetch a kernel, which is program code.
    "attention": (
        "",
        "native",
        "flash",
        "_flash_3",
        "sage",
        "flex",
        "xformers",
        "_native_cudnn",
        "_native_efficient",
        "_native_flash",
        "_native_math",
    ),
    "compile": ("none", "regional", "full"),
    "cache": ("none", "first_block"),
    "quantisation": ("none", "int8", "fp8"),
}
# Of the hub: owner/name, optionally @revision.
REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[A-Za-z0-9][\w.-]*(@[\w./-]+)?")
# These make other pictures than the plain model does: the recipe says so.
CHANGE_THE_PICTURE = ("cache", "cache_threshold", "quantisation", "tiling", "fuse_qkv", "compile")


@dataclass(frozen=True)
class Options:
    dtype: str = ""  # empty: the worker's
    base: str = ""  # of a single file: the folder, or hub repository, with the parts it lacks
    offload: str = "none"
    slicing: bool = False  # the pictures of a call are decoded one by one
    tiling: bool = False  # and a large one in parts: seams may be seen
    attention: str = ""  # empty: torch's own choice
    attention_slicing: bool = False  # computed in parts, one after the other: less memory, slower
    channels_last: bool = True  # of UNets and autoencoders
    fuse_qkv: bool = False
    compile: str = "none"
    compile_sizes: tuple[tuple[int, int], ...] = ()  # width and height, compiled while loading
    cache: str = "none"
    cache_threshold: float = 0.08  # relative change under which a step is taken from the cache
    quantisation: str = "none"

    def that_change_the_picture(self) -> dict[str, Any]:
        plain = Options()
        return {
            name: getattr(self, name)
            for name in CHANGE_THE_PICTURE
            if getattr(self, name) != getattr(plain, name)
        }


def parse(data: Mapping[str, Any]) -> Options:
    """Read the stored JSON; raises `ValueError` with a sentence for staff."""
    if not isinstance(data, Mapping):
        raise ValueError("The options must be a JSON object.")
    kinds = {each.name: type(each.default) for each in fields(Options)}
    if unknown := sorted(set(data) - set(kinds)):
        raise ValueError(f"The options don't know {', '.join(map(str, unknown))}.")
    options = Options(**{name: _value(name, kinds[name], value) for name, value in data.items()})
    if options.offload != "none" and options.compile == "full":
        raise ValueError("A model that is offloaded can only be compiled in regions.")
    if options.attention_slicing and (options.attention or options.fuse_qkv):
        raise ValueError("attention_slicing goes with neither attention nor fuse_qkv.")
    if options.compile_sizes and options.compile == "none":
        raise ValueError("compile_sizes needs compile: regional or full.")
    return options


def _value(name: str, kind: type, value: Any) -> Any:
    if name in CHOICES:
        if value not in CHOICES[name]:
            known = ", ".join(choice or "“”" for choice in CHOICES[name])
            raise ValueError(f"{name} must be one of {known}.")
        return value
    if name == "compile_sizes":
        return _sizes(value)
    if name == "base":
        if not isinstance(value, str) or (value and not _is_base(value)):
            raise ValueError("base must be a folder's absolute path, or a hub repository's id.")
        return value
    if kind is str and not isinstance(value, str):
        raise ValueError(f"{name} must be text.")
    if kind is bool and not isinstance(value, bool):
        raise ValueError(f"{name} must be true or false.")
    if kind is float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not 0 < value < 1:
            raise ValueError(f"{name} must be a number between 0 and 1.")
        return float(value)
    return value


def _is_base(value: str) -> bool:
    return PurePath(value).is_absolute() or bool(REPOSITORY.fullmatch(value) and ".." not in value)


def _sizes(value: Any) -> tuple[tuple[int, int], ...]:
    is_fine = isinstance(value, list) and all(
        isinstance(size, list)
        and len(size) == 2
        and all(isinstance(side, int) and 0 < side <= 8192 for side in size)
        for size in value
    )
    if not is_fine or len(value) > 8:
        raise ValueError("compile_sizes must be up to 8 pairs of width and height in pixels.")
    return tuple((width, height) for width, height in value)
