"""How many tokens of a prompt a model's own text encoder counts: exactly, by the tokenizer among
the model's files, where they are on this machine; else not at all. Needs no torch.
"""

import logging
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings

from generation.families import FAMILIES
from generation.families.family import Words

log = logging.getLogger(__name__)

STARTER = "starter"
FILE = "tokenizer.json"
LARGEST = 64 * 2**20  # bytes; Gemma's has 33 MB
KEPT = 2  # in memory: a large one takes 100 MB


def count(prompt: str, *, address: str, family: str, base: str = "") -> int | None:
    """None where its tokenizer is not at hand. `base` is where a single file's other parts are."""
    words = FAMILIES[family].words if family in FAMILIES else Words()
    places = (_folder(each) for each in (base, address) if each)
    files = (folder / words.folder / FILE for folder in places if folder)
    file = next((each for each in files if _is_fit(each)), None)
    tokenizer = _tokenizer(file, file.stat().st_mtime_ns) if file else None
    if tokenizer is None:
        return None
    text = words.template.format(prompt.lower() if words.is_lowered else prompt)
    own = len(tokenizer.encode(text, add_special_tokens=words.special is None).ids)
    return own + (words.special or 0)


def surely(prompt: str, family: str) -> int:
    """No more tokens than this does any encoder count, so that a short prompt needs no tokenizer:
    each byte one, a mark before each word, and what is put around it."""
    words = FAMILIES[family].words if family in FAMILIES else Words()
    around = len(words.template) + (words.special or 2)
    return len(prompt.encode()) + len(prompt.split()) + around


def _folder(address: str) -> Path | None:
    """Where the files of an address are on this machine, if they are."""
    if address == STARTER:
        return Path(settings.STARTER_MODEL)
    path = Path(address)
    return path if path.is_absolute() else _of_hub(address)


def _of_hub(address: str) -> Path | None:
    """In the cache, whose layout is huggingface_hub's: models--owner--name/snapshots/<commit>."""
    name, _, revision = address.partition("@")
    if name.count("/") != 1 or ".." in address:
        return None
    cache = Path(settings.MODELS_FOLDER) / f"models--{name.replace('/', '--')}"
    try:
        commit = (cache / "refs" / (revision or "main")).read_text().strip()
    except OSError:
        commit = revision
    return cache / "snapshots" / commit if commit else None


def _is_fit(file: Path) -> bool:
    try:
        return file.is_file() and file.stat().st_size <= LARGEST
    except OSError:
        return False


@lru_cache(maxsize=KEPT)
def _tokenizer(file: Path, changed: int) -> Any:
    """None where the library is not installed (a machine that only serves pages may lack it), or
    can't read the file."""
    try:
        from tokenizers import Tokenizer

        tokenizer = Tokenizer.from_file(str(file))
    except ImportError:
        return None
    except Exception as error:  # noqa: BLE001 - the library has one kind for whatever is wrong
        log.warning("%s can't be read: %s", file, error)
        return None
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
