"""What will go wrong with a model at its first use, as far as it can be seen from here."""

from collections.abc import Iterator
from pathlib import Path

from generation.keys import service_key
from generation.models import ImageModel
from generation.providers.diffusers import folder, single_file
from generation.providers.errors import ModelTrouble


def troubles(model: ImageModel) -> Iterator[str]:
    """Warnings, not refusals: workers may be on other machines, and keys may come later."""
    path = Path(model.address)
    if model.service is None and path.is_absolute():
        yield from _of_path(path)
        yield from _of_files(path, model)
    if model.service and not (model.api_key or service_key(model.service)):
        yield (
            f"{model.service} has no key yet. Until it has one, pictures of {model} fail, unless"
            " a person brings their own key."
        )


def _of_path(path: Path) -> Iterator[str]:
    if not path.exists():
        yield f"There is nothing at {path} on this machine. The workers' machines must have it."


def _of_files(path: Path, model: ImageModel) -> Iterator[str]:
    """What the worker would say of the files before it loads them."""
    try:
        if path.is_dir():
            folder.check_family(folder.check(path), model.family)
        elif path.exists():
            single_file.check(path, model.family, has_base=bool(model.options.get("base")))
    except ModelTrouble as trouble:
        yield f"{model} will be refused. {trouble.sentence}"
    except OSError as error:
        yield f"{path} can't be read on this machine: {error.strerror}."
