"""What a model's folder must be before anything in it is loaded: diffusers' layout, safetensors
only, no program code.

Pickled weights and custom pipelines run code of whoever made them. Neither is ever loaded; here
they are refused in words.
"""

import json
from pathlib import Path
from typing import Any

from generation.providers.errors import ModelTrouble

PICKLES = {".bin", ".ckpt", ".pt", ".pth", ".pkl", ".pickle"}
LIBRARIES = {"diffusers", "transformers"}
# Stable Diffusion's own filter lives in a module of diffusers; it is not loaded.
NOT_LOADED = {"safety_checker"}


def check(folder: Path) -> dict[str, Any]:
    """The folder's index; raises `ModelTrouble` if the folder won't do."""
    if not folder.is_dir():
        raise _trouble("missing", "This model's folder is not there.", folder)
    files = [path for path in folder.rglob("*") if path.is_file()]
    if any(path.suffix == ".py" for path in files):
        raise _trouble("code", "This model brings program code, which is never run here.", folder)
    if any(path.suffix in PICKLES for path in files):
        raise _trouble(
            "pickled", "This model's weights are pickles; only safetensors are loaded.", folder
        )
    index = _index(folder)
    if not any(path.suffix == ".safetensors" for path in files):
        raise _trouble("no_weights", "This model has no safetensors weights.", folder)
    return index


def _index(folder: Path) -> dict[str, Any]:
    path = folder / "model_index.json"
    try:
        index = json.loads(path.read_text(encoding="utf-8"))
        name = index["_class_name"]
    except FileNotFoundError:
        raise _trouble(
            "layout",
            "This model is not in the diffusers layout: model_index.json is missing.",
            folder,
        ) from None
    except (ValueError, KeyError, TypeError, OSError):
        raise _trouble("layout", "This model's model_index.json can't be read.", folder) from None
    parts = [
        part for key, part in index.items() if not key.startswith("_") and _is_loaded(key, part)
    ]
    if not isinstance(name, str) or any(part[0] not in LIBRARIES for part in parts):
        raise _trouble("code", "This model brings program code, which is never run here.", folder)
    return dict(index)


def _is_loaded(key: str, part: Any) -> bool:
    return key not in NOT_LOADED and isinstance(part, list) and bool(part) and part[0] is not None


def _trouble(code: str, sentence: str, folder: Path) -> ModelTrouble:
    return ModelTrouble(sentence, code=f"model_{code}", details=str(folder))
