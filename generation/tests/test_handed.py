"""Pictures for services elsewhere: to be fetched by whoever has the address, for a short while."""

import io
from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.core.cache import cache
from django.core.files.storage import default_storage
from django.test import Client
from django.utils.timezone import now
from PIL import Image as Pillow

from generation import handed
from generation.catalogue.adapters import ADAPTERS
from generation.models import Input, Job
from generation.providers.errors import ModelTrouble
from generation.providers.pixazo import waiting
from generation.storage import stored_keys
from generation.tests.remote import (
    SIDES,
    failed,
    inpainting,
    make_model,
    make_service,
    once,
    rested,
    succeeded,
)
from generation.tests.stand_ins.gateway import KEY, Gateway, Media
from generation.tests.stand_ins.server import Reply, picture

SITE = "https://pixazo.example"


@pytest.fixture(autouse=True)
def _site(settings):
    settings.SITE_URL = SITE
    settings.ALLOWED_HOSTS = ["testserver"]


def fetched(url):
    assert url.startswith(f"{SITE}/handed/")
    return Client().get(url.removeprefix(SITE))


def test_a_picture_is_there_for_whoever_has_its_address():
    answer = fetched(handed.hand(Pillow.new("RGB", (8, 8), "red")))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/png")
    assert Pillow.open(io.BytesIO(answer.content)).getpixel((0, 0)) == (255, 0, 0)


def test_the_address_is_soon_over():
    url = handed.hand(Pillow.new("RGB", (8, 8)))
    with time_machine.travel(now() + timedelta(seconds=handed.SECONDS + 5)):
        assert fetched(url).status_code == 404


def test_nobody_can_make_an_address(studio):
    key = default_storage.save("generated/alice/studio/secret.png", io.BytesIO(picture()))
    for token in ("1", key, signing.dumps(key), signing.dumps(key, salt="another")):
        assert Client().get(f"/handed/{token}/").status_code == 404


def test_an_address_of_a_picture_that_is_gone_is_none():
    url = handed.hand(Pillow.new("RGB", (8, 8)))
    for key in list(stored_keys()):
        default_storage.delete(key)
    assert fetched(url).status_code == 404


def test_a_site_without_a_public_address_says_so(settings):
    settings.SITE_URL = "http://localhost:8000"
    with pytest.raises(ModelTrouble, match="PIXAZO_URL"):
        handed.hand(Pillow.new("RGB", (8, 8)))
    assert list(stored_keys()) == []


# --- Through a request ---


@pytest.fixture
def gateway(settings):
    with Media() as media, Gateway(media) as gateway:
        settings.PICTURE_HOSTS, settings.TRUSTED_HOSTS = [media.host], [gateway.host]
        yield gateway
    cache.clear()


def test_an_address_outlives_the_queue_that_it_is_for():
    assert handed.SECONDS >= waiting.LONGEST


@pytest.fixture
def painter_there(db, gateway):
    service = make_service("pixazo", gateway.url, api_key=KEY)
    contract = SIDES | {"modes": ["inpaint"], "strength": False}
    return make_model(service, adapter=ADAPTERS["pixazo-sd15-inpainting"], contract=contract)


def test_a_service_gets_the_addresses_of_source_and_mask(studio, painter_there, gateway):
    job = inpainting(studio, painter_there)
    once()
    succeeded(job)
    (order,) = gateway.orders
    source, mask = fetched(order.json["imageUrl"]), fetched(order.json["maskUrl"])
    assert Pillow.open(io.BytesIO(source.content)).convert("RGB").getpixel((0, 0)) == (255, 0, 0)
    assert Pillow.open(io.BytesIO(mask.content)).convert("L").getpixel((0, 0)) == 255


def test_what_is_tried_again_is_stored_once(studio, painter_there, gateway):
    gateway.behaviour = Reply(429, b"")
    job = inpainting(studio, painter_there)
    for _ in range(3):
        once()
        rested()
    assert len(copies()) == 2
    gateway.behaviour = None
    once()
    succeeded(job)
    order = gateway.orders[-1].json
    assert Pillow.open(io.BytesIO(fetched(order["maskUrl"]).content)).getpixel((0, 0)) == 255
    assert len(copies()) == 2


def test_what_is_queued_there_needs_its_pictures_no_more(studio, painter_there, gateway):
    job = inpainting(studio, painter_there)
    Job.objects.update(remote_id="request_id:flux-fill_1")
    Input.objects.all().delete()
    once()
    succeeded(job)
    assert copies() == []


def copies():
    return [key for key in stored_keys() if "/handed/" in key]


def test_without_a_public_address_nothing_is_ordered(studio, painter_there, gateway, settings):
    settings.SITE_URL = "http://localhost:8000"
    job = inpainting(studio, painter_there)
    once()
    failed(job, "no_public_address")
    assert gateway.journal == []
