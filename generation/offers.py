"""What a service offers becomes rows of the catalogue, off until staff have looked at them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.text import slugify

from generation.catalogue import REMOTE_MODELS
from generation.catalogue.remote import ITS_OWN_STEPS, UNGUIDED
from generation.keys import account_of
from generation.models import ImageModel, Service
from generation.providers.openai.listing import image_models

GONE = "The service no longer lists this model."
# Of a model of which only the name is known: what every server of this form takes.
CONTRACT: dict[str, Any] = {
    **UNGUIDED,
    **ITS_OWN_STEPS,
    "strength": False,
    "sizes": [[1024, 1024], [1536, 1024], [1024, 1536]],
}


@dataclass(frozen=True)
class Offers:
    added: int
    gone: int

    def __str__(self) -> str:
        return f"{self.added} new models, {self.gone} no longer there."


def sync(service: Service) -> Offers:
    """Raises a `ProviderError` where the service's list can't be read."""
    if service.kind == Service.Kind.PIXAZO:
        return Offers(_from_catalogue(service), 0)
    names = image_models(account_of(service))
    there = set(service.image_models.values_list("address", flat=True))
    for name in names:
        if name not in there:
            ImageModel.objects.create(
                slug=_slug(service, name),
                name=f"{name} ({service.name})"[:100],
                provider=service.kind,
                service=service,
                address=name,
                contract_data=CONTRACT,
                is_active=False,
                position=600,
            )
    mine = service.image_models
    mine.filter(address__in=names, trouble=GONE).update(trouble="")
    gone = mine.exclude(address__in=names).update(trouble=GONE)
    return Offers(len(set(names) - there), gone)


def _from_catalogue(service: Service) -> int:
    """The gateway has no list; ours is that of its pages."""
    there = {_what(model.address, model.adapter) for model in service.image_models.all()}
    rows = [
        each
        for each in REMOTE_MODELS
        if each["provider"] == service.kind and _what(each["address"], each["adapter"]) not in there
    ]
    taken = set(ImageModel.objects.values_list("slug", flat=True))
    for each in rows:
        slug = _slug(service, each["address"]) if each["slug"] in taken else each["slug"]
        ImageModel.objects.create(**each | {"service": service, "slug": slug})
    return len(rows)


def _what(address: str, adapter: Mapping[str, Any]) -> tuple[str, ...]:
    """One model of the service may be two of ours: one from text, one from pictures."""
    return address, *sorted(adapter.get("operations", ()))


def _slug(service: Service, name: str) -> str:
    base = slugify(f"{service.slug} {name}".replace("/", " ").replace(".", "-"))[:45] or "model"
    slug, number = base, 1
    while ImageModel.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return slug
