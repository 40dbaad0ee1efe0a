"""A site that orders pictures from the Pixazo gateway: fixtures."""

import pytest
from django.core.cache import cache

from generation.catalogue.adapters import ADAPTERS
from generation.providers.pixazo import waiting as gateway_queue
from generation.providers.remote import results
from generation.tests.remote import make_model, make_service
from generation.tests.stand_ins.gateway import KEY, Gateway, Media

TEXT = "pixazo-sdxl"
QUEUED = {
    "operations": {
        "text": {
            "path": "/flux-dev/v1/dev/imageToImage",
            "fields": {"prompt": "prompt", "seed": "seed"},
        }
    }
}


@pytest.fixture
def media(settings):
    with Media() as media:
        settings.PICTURE_HOSTS = [media.host]
        yield media


@pytest.fixture
def gateway(settings, media, monkeypatch):
    monkeypatch.setattr(gateway_queue, "PAUSE", 0)
    monkeypatch.setattr(results, "PAUSES", (0, 0))
    with Gateway(media) as gateway:
        settings.TRUSTED_HOSTS = [gateway.host]
        yield gateway
    cache.clear()


@pytest.fixture
def service(db, gateway):
    return make_service("pixazo", gateway.url, api_key=KEY)


@pytest.fixture
def sdxl(service):
    return make_model(service, adapter=ADAPTERS[TEXT])


@pytest.fixture
def paid(service):
    """A model whose pictures cost the site money."""
    return make_model(service, adapter=ADAPTERS[TEXT] | {"may_repeat": False})


@pytest.fixture
def queued(service):
    return make_model(service, adapter=QUEUED)
