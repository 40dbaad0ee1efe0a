"""The models of a new site: the starter model may be picked, staff may switch the others on.

Below a site's own rows in rank: what is there already stays as staff made it.
"""

from typing import Any

from django.conf import settings

from generation.catalogue import environment
from generation.catalogue.local import LOCAL_MODELS, STARTER
from generation.catalogue.remote import REMOTE_MODELS, SERVICES
from generation.models import ImageModel, Service

__all__ = ["LOCAL_MODELS", "REMOTE_MODELS", "SERVICES", "STARTER", "seed"]


def seed() -> list[str]:
    """Make models and services where they are missing; what staff changed stays. Two processes
    that start together make each once.

    Answers with sentences about `MODEL_*` variables that can't be read.
    """
    there = set(ImageModel.objects.values_list("slug", flat=True))
    ImageModel.objects.bulk_create(
        (ImageModel(**model) for model in LOCAL_MODELS if model["slug"] not in there),
        ignore_conflicts=True,
    )
    services = _services()
    ImageModel.objects.bulk_create(
        (
            ImageModel(**model | {"service": services[model["service"]]})
            for model in REMOTE_MODELS
            if model["slug"] not in there
        ),
        ignore_conflicts=True,
    )
    return environment.import_models(settings.MODEL_LINES)


def _services() -> dict[str, Any]:
    """By slug, those of the catalogue; missing ones are made."""
    services = {service.slug: service for service in Service.objects.all()}
    for fields in SERVICES:
        if fields["slug"] not in services:
            services[fields["slug"]], _ = Service.objects.get_or_create(
                slug=fields["slug"], defaults=fields
            )
    return services
