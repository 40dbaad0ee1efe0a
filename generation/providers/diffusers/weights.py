"""The files that hold a model's weights: checked before anything is loaded, known by their hashes,
and watched for being exchanged.

diffusers opens the files itself, so what was checked and what is loaded are held together by the
files' stamps: taken before the check, compared after the loading.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from django.utils.translation import gettext as _

from generation.providers.diffusers import hashes, header
from generation.providers.diffusers.hashes import Stamp
from generation.providers.errors import ModelTrouble


@dataclass(frozen=True)
class Weights:
    """Files and their stamps, by their names in the model's folder."""

    files: Mapping[str, Path]
    stamps: Mapping[str, Stamp | None]

    @cached_property
    def sha256(self) -> dict[str, str]:
        """Of each file, by name. Reads what was not read before: a second for each gigabyte."""
        return {name: hashes.sha256_of(file) for name, file in self.files.items()}

    @property
    def fingerprint(self) -> str:
        """One hash for all: that of the file if there is one, else of the list of all hashes as
        `sha256sum` writes it, in the names' order."""
        if len(self.sha256) == 1:
            return next(iter(self.sha256.values()))
        lines = "".join(f"{self.sha256[name]}  {name}\n" for name in sorted(self.sha256))
        return hashlib.sha256(lines.encode()).hexdigest()

    @property
    def is_current(self) -> bool:
        """False if a file has been changed, exchanged or taken away."""
        return all(hashes.stamp(file) == self.stamps[name] for name, file in self.files.items())

    def must_be(self, expected: str) -> None:
        """Raises `ModelTrouble` if the files are others; an empty `expected` allows any."""
        if expected and self.fingerprint != expected.strip().lower():
            raise ModelTrouble(
                _("This model's files are not the ones that staff have chosen."),
                code="model_changed",
                details=f"Their SHA-256 is {self.fingerprint}, not {expected}.",
            )

    def must_be_current(self) -> None:
        """Raises `ModelTrouble` if a file is not the one that was checked."""
        for name, file in self.files.items():
            if hashes.stamp(file) != self.stamps[name]:
                raise hashes.changed(file)

    def beside(self, other: "Weights", prefix: str) -> "Weights":
        """These, and the others under a prefix."""
        return Weights(
            {**self.files, **{prefix + name: file for name, file in other.files.items()}},
            {**self.stamps, **{prefix + name: stamp for name, stamp in other.stamps.items()}},
        )


def check(folder: Path, files: Sequence[Path], indexes: Sequence[Path] = ()) -> Weights:
    """Each file's header, and that all parts of what was divided are there.

    Raises `ModelTrouble`.
    """
    named = {file.relative_to(folder).as_posix(): file for file in files}
    stamps = {name: hashes.stamp(file) for name, file in named.items()}
    tensors = {file: set(header.read(file).tensors) for file in files}
    for index in indexes:
        _check_parts(index, tensors)
    return Weights(named, stamps)


def _check_parts(index: Path, tensors: Mapping[Path, set[str]]) -> None:
    """That the index of a divided file names files that are there and hold what it says."""
    try:
        places = json.loads(index.read_text(encoding="utf-8"))["weight_map"]
        parts = {name: index.parent / str(part) for name, part in places.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise incomplete(f"{index.name} can't be read.") from None
    beside = {file for file in tensors if file.parent == index.parent}
    if beside and not beside & set(parts.values()):
        return  # of another precision, which is not loaded
    for name, part in parts.items():
        if part.parent != index.parent or part not in tensors:
            raise incomplete(f"{index.name} names {part.name}, which is not there.")
        if name not in tensors[part]:
            raise incomplete(f"{part.name} has no {name[:100]!r}.")


def incomplete(details: str) -> ModelTrouble:
    return ModelTrouble(
        _("This model is incomplete: a part of its weights is missing."),
        code="model_incomplete",
        details=details,
    )
