"""By which model a picture from elsewhere was made: by one of this site's, or by none of them."""

from collections.abc import Mapping
from typing import Any

from generation.models import Batch, ImageModel
from workspaces.archive.arriving import Arrival
from workspaces.archive.errors import Refused

ELSEWHERE = "made-elsewhere"


def slug_of(batch: Batch, recipe: Mapping[str, Any]) -> str:
    """What the recipe says of what this site has no model for."""
    if batch.model.slug != ELSEWHERE:
        return batch.model.slug
    model = recipe.get("model")
    said = model.get("slug") if isinstance(model, Mapping) else None
    return str(said or ELSEWHERE)


def model_named(slug: Any, arrival: Arrival) -> ImageModel:
    if not isinstance(slug, str):
        raise Refused.because("json", "model")
    known = arrival.cached.setdefault("models", {})
    if slug not in known:
        known[slug] = ImageModel.objects.filter(slug=slug[:200]).first() or _elsewhere()
    model: ImageModel = known[slug]
    return model


def _elsewhere() -> ImageModel:
    """Nobody can choose it: its pictures say themselves what made them."""
    model, _made = ImageModel.objects.get_or_create(
        slug=ELSEWHERE,
        defaults={
            "name": "Made elsewhere",
            "provider": ImageModel.Provider.DIFFUSERS,
            "address": ELSEWHERE,
            "is_active": False,
        },
    )
    return model
