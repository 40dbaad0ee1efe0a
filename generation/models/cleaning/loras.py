"""Which LoRAs are mixed in, and how much of each."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext as _

from generation.contract import LORA_WEIGHT, as_number
from generation.families import are_alike
from generation.models.lora import Lora
from pixazo.texts.numbers import written

if TYPE_CHECKING:
    from generation.models.batch import Batch

SHAPE = gettext_noop("LoRAs must be a list such as ink:0.8, each with its name and weight.")


def clean(batch: "Batch", errors: dict[str, str]) -> None:
    """`loras` becomes `[{"lora": slug, "weight": 0.8}]`, in the order of the slugs."""
    try:
        wanted = read(batch.loras)
        batch.loras = _checked(batch, wanted) if wanted else []
    except ValueError as error:
        errors["loras"] = str(error)


def read(given: Any) -> list[tuple[str, Any]]:
    """Slugs and weights (None: the LoRA's own) from JSON or from a form's texts; raises
    `ValueError`."""
    if given is None or given == "":
        return []
    if isinstance(given, str):
        given = _from_text(given)
    if not isinstance(given, list | tuple):
        raise ValueError(gettext(SHAPE))
    found = []
    for each in given:
        found += _from_text(each) if isinstance(each, str) else [each]
    return [_pair(each) for each in found]


def _from_text(text: str) -> list[Any]:
    """A form's field: JSON, or `ink:0.8, light`."""
    if text.strip().startswith("["):
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            raise ValueError(gettext(SHAPE)) from None
        return [_named(each) if isinstance(each, str) else each for each in found]
    return [_named(part) for part in text.split(",") if part.strip()]


def _named(text: str) -> dict[str, Any]:
    slug, _colon, weight = text.strip().partition(":")
    return {"lora": slug, "weight": weight or None}


def _pair(given: Any) -> tuple[str, Any]:
    if not isinstance(given, Mapping) or set(given) - {"lora", "weight"}:
        raise ValueError(gettext(SHAPE))
    slug = given.get("lora")
    if not isinstance(slug, str) or not slug:
        raise ValueError(gettext(SHAPE))
    return slug, given.get("weight")


def _checked(batch: "Batch", wanted: list[tuple[str, Any]]) -> list[dict[str, Any]]:
    model, most = batch.model, batch.model.contract.loras
    if not most:
        raise ValueError(_("%(name)s can't be used with LoRAs.") % {"name": model.name})
    if len(wanted) > most:
        raise ValueError(
            _("%(name)s takes up to %(most)s LoRAs, not %(wanted)s.")
            % {"name": model.name, "most": most, "wanted": len(wanted)}
        )
    slugs = [slug for slug, _weight in wanted if slug.isascii() and slug.isprintable()]
    rows = Lora.objects.usable_by(batch.author).filter(slug__in=slugs)
    known = {lora.slug: lora for lora in rows}
    chosen: dict[str, float] = {}
    for slug, weight in wanted:
        lora = known.get(slug)
        if lora is None:
            raise ValueError(
                _("There is no LoRA named %(slug)s that you can use.") % {"slug": f"{slug[:60]!a}"}
            )
        if not are_alike(lora.family, model.family):
            raise ValueError(
                _("%(name)s does not fit %(model)s: it is for another family.")
                % {"name": lora.name, "model": model.name}
            )
        if slug in chosen:
            raise ValueError(_("%(name)s is named twice.") % {"name": lora.name})
        chosen[slug] = _weight(lora, weight)
    return [{"lora": slug, "weight": chosen[slug]} for slug in sorted(chosen)]


def _weight(lora: Lora, given: Any) -> float:
    if given is None or given == "":
        return lora.weight
    weight = as_number(given, _("The weight of %(name)s") % {"name": lora.name})
    if abs(weight) > LORA_WEIGHT:
        most = written(LORA_WEIGHT)
        raise ValueError(
            _("The weight of %(name)s must be between -%(most)s and %(most)s, not %(weight)s.")
            % {"name": lora.name, "most": most, "weight": written(weight)}
        )
    return weight
