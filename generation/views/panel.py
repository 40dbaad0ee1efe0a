"""What the settings panel knows of the models that a person may use."""

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from generation import keys, labels
from generation.families import are_alike
from generation.models import ImageModel, Job, Lora, OwnKey
from pixazo.prepared import Rows

FEW = 5
LATEST = 100  # pictures of a person that are looked at for the models they use


def usable_models(user: Any) -> list[ImageModel]:
    return list(_MODELS(user=user.pk))


def by_maker(models: Sequence[ImageModel]) -> list[tuple[str, list[ImageModel]]]:
    """The models under who makes their pictures, in the order of their first ones."""
    groups: dict[str, list[ImageModel]] = {}
    for model in models:
        groups.setdefault(maker(model), []).append(model)
    return list(groups.items())


def maker(model: ImageModel) -> str:
    if model.service:
        return model.service.name
    return _("This site") if model.lane == ImageModel.Lane.GPU else model.get_provider_display()


def recent(models: Sequence[ImageModel], user: Any) -> list[str]:
    """The slugs of the models of this person's latest pictures, the last one first; of few models
    none: they are all seen at once."""
    if len(models) <= FEW:
        return []
    latest = Job.objects.filter(author_id=user.pk).order_by("-id")[:LATEST]
    return list(dict.fromkeys(latest.values_list("model__slug", flat=True)))


def contracts(models: Sequence[ImageModel], user: Any) -> dict[str, dict[str, Any]]:
    """Of each model what the panel's script needs to know, by slug."""
    loras = _LORAS(user=user.pk) if any(model.contract.loras for model in models) else ()
    own: set[UUID] = set()
    if any(model.service for model in models):
        own.update(OwnKey.objects.usable_by(user).values_list("service_id", flat=True))
    return {
        model.slug: _contract(model, loras) | {"needs_key": _needs_key(model, own)}
        for model in models
    }


def _needs_key(model: ImageModel, own: Collection[UUID]) -> bool:
    """Whether its service is asked with a key that nobody has given yet."""
    service = model.service
    if service is None or service.pk in own:
        return False
    return not (model.api_key or keys.service_key(service))


def _contract(model: ImageModel, loras: Sequence[Lora]) -> dict[str, Any]:
    contract = model.contract
    known = {
        "name": model.name,
        "units": model.units,
        "maker": maker(model),
        "is_local": model.lane == ImageModel.Lane.GPU,
        "is_troubled": bool(model.trouble),
        "note": _("could not be loaded of late") if model.trouble else maker(model),
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


def _models_of(user: UUID) -> QuerySet[ImageModel]:
    rows = ImageModel.objects.usable_by(user).select_related("service")
    return rows.order_by("trouble", "position", "name")


_MODELS = Rows(_models_of, planned_once=True, user=UUID)
_LORAS: Rows[Lora] = Rows(Lora.objects.usable_by, planned_once=True, user=UUID)
