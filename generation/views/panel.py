"""What the settings panel knows of the models that a person may use."""

from collections.abc import Sequence
from typing import Any

from generation import labels
from generation.families import are_alike
from generation.models import ImageModel, Lora


def usable_models(user: Any) -> list[ImageModel]:
    rows = ImageModel.objects.usable_by(user).select_related("service")
    return list(rows.order_by("trouble", "position", "name"))


def by_maker(models: Sequence[ImageModel]) -> list[tuple[str, list[ImageModel]]]:
    """The models under who makes their pictures, in the order of their first ones."""
    groups: dict[str, list[ImageModel]] = {}
    for model in models:
        groups.setdefault(maker(model), []).append(model)
    return list(groups.items())


def maker(model: ImageModel) -> str:
    if model.service:
        return model.service.name
    return "This site" if model.lane == ImageModel.Lane.GPU else model.get_provider_display()


def contracts(models: Sequence[ImageModel], user: Any) -> dict[str, dict[str, Any]]:
    """Of each model what the panel's script needs to know, by slug."""
    loras = list(Lora.objects.usable_by(user))
    return {model.slug: _contract(model, loras) for model in models}


def _contract(model: ImageModel, loras: Sequence[Lora]) -> dict[str, Any]:
    contract = model.contract
    known = {
        "name": model.name,
        "units": model.units,
        "note": "could not be loaded of late" if model.trouble else maker(model),
        "scheduler_choices": [
            {"name": name, "label": labels.scheduler(name)} for name in contract.schedulers
        ],
        "lora_choices": [
            {
                "slug": lora.slug,
                "name": lora.name,
                "trigger_words": lora.trigger_words,
                "weight": lora.weight,
            }
            for lora in loras
            if contract.loras and are_alike(lora.family, model.family)
        ],
    }
    return known | contract.as_dict()
