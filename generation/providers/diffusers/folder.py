"""What a model's folder must be before anything in it is loaded: diffusers' layout, whole
safetensors, no program code.

Pickled weights and custom pipelines run code of whoever made them. Neither is ever loaded; here
they are refused in words.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from generation.families import AUTO, FAMILIES, of_files
from generation.providers.diffusers import configs, header, weights
from generation.providers.diffusers.weights import Weights
from generation.providers.errors import ModelTrouble

PICKLES = {".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle", ".npy", ".npz"}
# The others are modules of diffusers' own, which hold parts of its pipelines.
LIBRARIES = ("diffusers", "transformers", "kolors", "stable_cascade", "wuerstchen")
# Stable Diffusion's own filter lives in a module of diffusers; it is not loaded.
NOT_LOADED = {"safety_checker"}
# Without a word between dots, which would be a precision or another variant.
PLAIN = re.compile(r"[^.]+\.safetensors")


@dataclass(frozen=True)
class Layout:
    """A folder that may be loaded. `variant` is that of its weights, as diffusers calls it."""

    folder: Path
    index: Mapping[str, Any]
    variant: str | None
    weights: Weights

    @property
    def pipeline(self) -> str:
        return str(self.index["_class_name"])

    def config(self, part: str) -> Mapping[str, Any]:
        """What is said of a part; empty if nothing is. Raises `ModelTrouble`."""
        path = self.folder / part / "config.json"
        said = configs.read(path) if path.is_file() else {}
        return said if isinstance(said, dict) else {}


def check(folder: Path, variant: str | None = None, *, without: str = "") -> Layout:
    """The folder's layout; `variant` is taken where it is there. Raises `ModelTrouble`.

    `without`: the part whose weights come from elsewhere; here its configuration is enough.
    """
    if not folder.is_dir():
        raise _trouble("missing", _("This model's folder is not there."), folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    _refuse_code_and_pickles(folder, files)
    index = read_index(folder)
    configs.check(folder)
    parts = [folder / part for part in _parts(index) if part != without]
    if without and not (folder / without / "config.json").is_file():
        raise weights.incomplete(f"{without} has no configuration.")
    if variant and not any(_has(part, variant) for part in parts):
        variant = None
    chosen = [file for part in parts for file in _chosen(part, variant)]
    indexes = [file for part in parts for file in sorted(part.glob("*.safetensors.index*.json"))]
    if not chosen and not indexes:
        raise _trouble("no_weights", _("This model has no safetensors weights."), folder)
    for part in parts:
        # Schedulers and tokenizers have configurations of other names, and no weights.
        is_net = (part / "config.json").is_file()
        if is_net and not any(file.parent == part for file in (*chosen, *indexes)):
            raise weights.incomplete(f"{part.name} has no weights.")
    return Layout(folder, index, variant, weights.check(folder, chosen, indexes))


def check_family(layout: Layout, family: str) -> None:
    """Raises `ModelTrouble` where the files are of another family than staff say (empty: any)."""
    possible = of_files(layout.pipeline, layout.config)
    if family and family != AUTO and family not in possible:
        raise ModelTrouble(
            _("These files are %(label)s, not what the model's family says.")
            % {"label": FAMILIES[possible[0]].label},
            code="model_family",
            details=f"{layout.pipeline}, as these files have it, is not of the family {family}.",
        )


def read_index(folder: Path) -> dict[str, Any]:
    """The folder's model_index.json; raises `ModelTrouble` if it won't do."""
    path = folder / "model_index.json"
    if not path.is_file():
        raise _trouble(
            "layout",
            _("This model is not in the diffusers layout: model_index.json is missing."),
            folder,
        )
    index = configs.read(path)
    if not isinstance(index, dict) or "_class_name" not in index:
        raise _trouble("layout", _("This model's model_index.json can't be read."), folder)
    names = [index["_class_name"], *(name for _, name in _parts(index).values())]
    if any(library not in LIBRARIES for library, _ in _parts(index).values()) or not all(
        isinstance(name, str) and name.isidentifier() and name[0] != "_" for name in names
    ):
        raise _trouble(
            "code", _("This model brings program code, which is never run here."), folder
        )
    return index


def _refuse_code_and_pickles(folder: Path, files: list[Path]) -> None:
    if any(path.suffix == ".py" for path in files):
        raise _trouble(
            "code", _("This model brings program code, which is never run here."), folder
        )
    for path in files:
        is_named_so = path.suffix in PICKLES
        if is_named_so or (path.suffix == ".safetensors" and header.is_pickle(path)):
            raise ModelTrouble(
                _("This model's weights are pickles; only safetensors are loaded."),
                code="model_pickled",
                details=str(path),
            )


def _parts(index: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Library and class of each part that is loaded, by the name of its folder."""
    found: dict[str, tuple[Any, Any]] = {}
    for name, part in index.items():
        is_part = not name.startswith("_") and isinstance(part, list) and bool(part)
        if is_part and part[0] is not None and name not in NOT_LOADED:
            # A name that leads out of the folder is none of a part.
            found[name] = (part[0] if name.isidentifier() else "", part[-1])
    return found


def _has(part: Path, variant: str) -> bool:
    return any(f".{variant}" in file.name for file in part.glob("*.safetensors"))


def _chosen(part: Path, variant: str | None) -> list[Path]:
    """The files that diffusers takes: of the variant where the part has it."""
    files = sorted(part.glob("*.safetensors"))
    of_variant = [file for file in files if variant and f".{variant}" in file.name]
    return of_variant or [file for file in files if PLAIN.fullmatch(file.name)]


def _trouble(code: str, sentence: str, folder: Path) -> ModelTrouble:
    return ModelTrouble(sentence, code=f"model_{code}", details=str(folder))
