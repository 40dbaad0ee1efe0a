"""The tools of the Model Context Protocol, by the SDK's own client, in both eras (S140)."""

import base64
import io

import pytest
from PIL import Image as Pillow

from chat.tests.mcp_site import ERAS, Server, Worker, call, key_of, kinds, text
from generation.models import Batch, Image

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture(scope="module")
def url():
    with Server() as server:
        yield server.url


@pytest.fixture
def quiet(monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)


@pytest.fixture
def key(alice, studio, painter, quiet):
    return key_of(alice)


@pytest.mark.parametrize("era", ERAS)
def test_it_makes_pictures_and_shows_them(url, key, era):
    with Worker():
        result = call(url, key, "pix_generate", {"prompt": "a red house", "count": 2}, era)
    assert not result.is_error, text(result)
    batch = Batch.objects.get()
    assert (batch.door, batch.prompt, batch.count) == ("mcp", "a red house", 2)
    assert kinds(result) == ["text", "image", "image", "resource_link", "resource_link"]
    for part in result.content[1:3]:
        Pillow.open(io.BytesIO(base64.b64decode(part.data))).verify()
    pks = list(Image.objects.order_by("job__index").values_list("pk", flat=True))
    assert [part.uri for part in result.content[3:]] == [f"pixazo://image/{pk}" for pk in pks]
    assert f"/w/studio/?batch={batch.pk}" in text(result)
    assert [job["status"] for job in result.structured_content["jobs"]] == ["COMPLETED"] * 2
