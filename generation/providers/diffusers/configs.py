"""The JSON files beside the weights, doubted too: they can ask for code and for things elsewhere.

transformers has been talked into running a model's own code by its config alone (CVE-2026-4372,
CVE-2026-5241), so what is not known to be harmless refuses the model.
"""

import json
import re
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from generation.providers.errors import ModelTrouble

LARGEST = 2 * 2**20  # bytes
# Lists of words, thousands of them; nothing in them is acted upon.
VOCABULARIES = {
    "added_tokens.json",
    "merges.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "vocab.json",
}
# Written by diffusers and transformers themselves.
PRIVATE = {
    "_attn_implementation_autoset",
    "_class_name",
    "_commit_hash",
    "_diffusers_version",
    "_from_model_config",
    "_ignore_files",
    "_internal_dict",
    "_name_or_path",
    "_processor_class",
    "_use_default_values",
    "_valid_processor_keys",
}
CODE = re.compile(
    r"auto_?map|remote_code|custom_(code|pipeline|module)|kernel(s|_config)$|^module$"
)
# How a part is computed; a value with a slash is a hub repository with program code.
COMPUTED = re.compile(r"(attn|attention|experts)_implementation(_internal)?$")
WAYS = {None, "", "eager", "sdpa", "flash_attention_2", "grouped_mm", "batched_mm"}
ELSEWHERE = re.compile(r"^\s*(?!data:)[a-z][a-z0-9+.-]*://", re.IGNORECASE)
# Templates of chats and remarks, which nothing fetches.
PROSE = {"chat_template", "_name_or_path", "name_or_path", "license", "description"}


def check(folder: Path) -> None:
    """All JSON of the folder and of the folders in it; raises `ModelTrouble`."""
    for path in sorted((*folder.glob("*.json"), *folder.glob("*/*.json"))):
        if path.name not in VOCABULARIES and ".safetensors.index." not in path.name:
            _check(path, read(path))


def read(path: Path) -> Any:
    """Raises `ModelTrouble` if it is not JSON of a sensible size."""
    try:
        if path.stat().st_size > LARGEST:
            raise _trouble(
                "layout", _("One of this model's files can't be read."), path, "too large"
            )
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _trouble(
            "layout", _("One of this model's files can't be read."), path, type(error).__name__
        ) from None


def _check(path: Path, value: Any, key: str = "") -> None:
    if isinstance(value, dict):
        for name, each in value.items():
            _check_key(path, name, each)
            _check(path, each, name)
    elif isinstance(value, list):
        for each in value:
            _check(path, each, key)
    elif isinstance(value, str) and key not in PROSE and ELSEWHERE.match(value):
        raise _trouble(
            "code",
            _("This model asks for something from elsewhere, which is never fetched."),
            path,
            key,
        )


def _check_key(path: Path, key: str, value: Any) -> None:
    if COMPUTED.search(key):
        is_harmless = isinstance(value, str | None) and value in WAYS
    elif key == "quantization_config" and value:
        raise _trouble(
            "unsupported",
            _("This model's weights are quantised; give the plain ones and set its options."),
            path,
            key,
        )
    else:
        is_unknown = key.startswith("_") and key not in PRIVATE
        is_harmless = not value or not (CODE.search(key) or is_unknown)
    if not is_harmless:
        raise _trouble(
            "code", _("This model brings program code, which is never run here."), path, key
        )


def _trouble(code: str, sentence: str, path: Path, what: str) -> ModelTrouble:
    where = f"{path.parent.name}/{path.name}"
    return ModelTrouble(sentence, code=f"model_{code}", details=f"{where}: {what}")
