"""What will go wrong with a model at its first use, as far as it can be seen from here."""

from collections.abc import Iterator
from pathlib import Path

from generation.keys import service_key
from generation.models import ImageModel


def troubles(model: ImageModel) -> Iterator[str]:
    """Warnings, not refusals: workers may be on other machines, and keys may come later."""
    path = Path(model.address)
    if model.service is None and path.is_absolute():
        yield from _of_path(path)
    if model.service and not (model.api_key or service_key(model.service)):
        yield (
            f"{model.service} has no key yet. Until it has one, pictures of {model} fail, unless"
            " a person brings their own key."
        )


def _of_path(path: Path) -> Iterator[str]:
    if not path.exists():
        yield f"There is nothing at {path} on this machine. The workers' machines must have it."
    elif path.is_file() and path.suffix != ".safetensors":
        yield f"{path.name} will be refused: single files must be .safetensors."
    elif path.is_dir() and not (path / "model_index.json").is_file():
        yield f"{path} will be refused: a model's folder has a model_index.json."
