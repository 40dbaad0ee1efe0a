"""The Hugging Face hub: the only place that fetches models from it.

Outside a download it is switched off, so that no file of a model can make the libraries ask it.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from generation.providers.errors import ModelTrouble

# Repository, then a revision, then a single file of it: the latter two may be left out.
ADDRESS = re.compile(r"(?P<name>[^/@]+/[^/@]+)(@(?P<revision>.+?))?(/(?P<file>.+\.safetensors))?")
COMMIT = re.compile(r"[0-9a-f]{40}")
NO_LAYOUT = gettext_noop("The hub's repository is not a model in the diffusers layout.")


@dataclass(frozen=True)
class Found:
    """A folder, or a single file, and the commit that it is of."""

    path: Path
    revision: str | None


def find(address: str, *, token: str, half: bool, without: str = "") -> Found:
    """Download what the address names, or find it in the cache; raises `ModelTrouble`.

    `half` prefers weights of half the size where the repository has them. `without` names the part
    of which only the configuration is wanted.
    """
    match = ADDRESS.fullmatch(address)
    if match is None:
        raise ModelTrouble(
            _("This model's address is neither a path nor a hub repository."),
            code="model_missing",
            details=address,
        )
    try:
        if match["file"]:
            path = _file(match, token)
        else:
            path = _folder(match, token, half, without)
    except (OSError, _on_the_way()) as error:
        raise _trouble(error, bool(match["file"])) from None
    except ValueError as error:
        raise _layout_trouble(error) from None
    # The cache has a folder for each commit: .../snapshots/<commit>/...
    commit = next((part for part in reversed(path.parts) if COMMIT.fullmatch(part)), None)
    return Found(path, commit or match["revision"])


@contextmanager
def off() -> Iterator[None]:
    """No library asks the hub for anything."""
    from huggingface_hub import constants

    before = constants.HF_HUB_OFFLINE
    constants.HF_HUB_OFFLINE = True
    try:
        yield
    finally:
        constants.HF_HUB_OFFLINE = before


def _on_the_way() -> type[Exception]:
    """What its client raises when a download breaks off: no OSError."""
    from huggingface_hub.errors import HTTPError

    error: type[Exception] = HTTPError
    return error


def _file(match: re.Match[str], token: str, name: str = "") -> Path:
    from huggingface_hub import hf_hub_download

    return Path(
        hf_hub_download(
            match["name"],
            name or match["file"],
            revision=match["revision"],
            cache_dir=settings.MODELS_FOLDER,
            token=token or None,
        )
    )


def _folder(match: re.Match[str], token: str, half: bool, without: str) -> Path:
    # diffusers leaves out all of a part that it is given.
    options: dict[str, Any] = {without: None} if without else {}
    if without:
        _file(match, token, f"{without}/config.json")
    if half:
        with suppress(ValueError):  # it has no weights of half the size
            return _fetch(match, token, variant="fp16", **options)
    return _fetch(match, token, **options)


def _fetch(match: re.Match[str], token: str, **options: Any) -> Path:
    from diffusers import DiffusionPipeline

    return Path(
        DiffusionPipeline.download(
            match["name"],
            revision=match["revision"],
            cache_dir=settings.MODELS_FOLDER,
            token=token or None,
            use_safetensors=True,
            **options,
        )
    )


def _trouble(error: Exception, is_file: bool) -> ModelTrouble:
    from huggingface_hub import errors as hub

    causes = _causes(error)
    if _any_is(causes, hub.GatedRepoError):
        code, sentence = "gated", _("This model's hub wants a token that may read it.")
    elif _any_is(causes, hub.RepositoryNotFoundError, hub.RevisionNotFoundError):
        code, sentence = "unknown", _("The hub has no model of this name, or wants a token.")
    elif _any_is(causes, hub.RemoteEntryNotFoundError) and is_file:
        code, sentence = "unknown", _("The hub's repository has no file of this name.")
    elif _any_is(causes, hub.RemoteEntryNotFoundError):
        code, sentence = "layout", NO_LAYOUT
    elif any("safetensors" in str(cause) for cause in causes):
        code, sentence = "no_weights", _("This model has no safetensors weights.")
    else:
        code = "unreachable"
        sentence = _("This model is not downloaded yet, and its hub can't be reached.")
    return ModelTrouble(sentence, code=f"model_{code}", details=str(causes[-1]))


def _layout_trouble(error: ValueError) -> ModelTrouble:
    if "trust_remote_code" in str(error):
        code, sentence = "code", _("This model brings program code, which is never run here.")
    else:
        code, sentence = "layout", NO_LAYOUT
    return ModelTrouble(sentence, code=f"model_{code}", details=str(error))


def _any_is(causes: list[BaseException], *kinds: type[BaseException]) -> bool:
    return any(isinstance(cause, kinds) for cause in causes)


def _causes(error: BaseException | None) -> list[BaseException]:
    found: list[BaseException] = []
    while error is not None and error not in found:
        found.append(error)
        error = error.__cause__ or error.__context__
    return found
