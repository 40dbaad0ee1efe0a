"""What the tools take and tell: schemas from the contracts (D9), what can be chosen, resources."""

import base64
import io
import json

import pytest
from PIL import Image as Pillow

from billing.models import Plan
from chat.tests.mcp_site import Server, Worker, asked, call, key_of, kinds, text
from generation.contract import MODES
from generation.models import Batch, Image, ImageModel
from generation.tests.engine import ask, draw_all
from workspaces.models import Scope, Style

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]


@pytest.fixture(scope="module")
def url():
    with Server() as server:
        yield server.url


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)


@pytest.fixture
def key(alice, studio, painter):
    painter.contract_data |= {
        "modes": list(MODES),
        "negative_prompt": False,
        "guidance_scale": {"fixed": 1, "reason": "This model is distilled."},
    }
    painter.save()
    return key_of(alice)


def properties_of(url, key, name):
    async def schema(connected):
        found = {tool.name: tool for tool in (await connected.list_tools()).tools}
        return found[name].input_schema

    return asked(url, key, schema)["properties"]


def test_schemas_come_from_the_contracts_of_what_this_person_may_use(url, key):
    rich = Plan.objects.create(slug="rich", name="Rich", daily_units=5)
    other = ImageModel.objects.create(
        slug="golden",
        name="Golden",
        provider="fake",
        address="steady",
        contract_data={"width": {"default": 512, "min": 512, "max": 1024, "step": 64}},
    )
    known = properties_of(url, key, "pix_generate")
    assert known["model"]["enum"] == ["golden", "painter"]
    assert (known["width"]["minimum"], known["width"]["maximum"]) == (32, 1024)
    assert "golden: 512 to 1024" in known["width"]["description"]

    other.plans.add(rich)
    known = properties_of(url, key, "pix_generate")
    assert known["model"]["enum"] == ["painter"]
    assert (known["width"]["minimum"], known["width"]["maximum"]) == (32, 256)
    assert "This model is distilled." in known["guidance_scale"]["description"]
    assert "negative_prompt" not in known
    forced = call(url, key, "pix_generate", {"prompt": "a fox", "model": "golden"})
    assert forced.is_error
    assert "Golden is not part of your plan." in text(forced)
    told = call(url, key, "list_models").structured_content["models"]
    assert [each["model"] for each in told] == ["painter"]
    assert told[0]["schema"]["properties"]["width"]["maximum"] == 256


def test_what_the_contract_corrects_or_refuses_is_said(url, key):
    sent = {"prompt": "a fox", "guidance_scale": 7, "colour": "red", "seed": -1, "wait_seconds": 0}
    said = text(call(url, key, "pix_generate", sent))
    assert "This model is distilled." in said
    assert "`colour` is not known here and was not used." in said
    refused = call(url, key, "pix_generate", {"prompt": "a fox", "width": 4096, "num_steps": 99})
    assert refused.is_error
    fields = refused.structured_content["error"]["fields"]
    assert set(fields) == {"width", "num_steps"}
    assert all(sentences[0] in text(refused) for sentences in fields.values())
    assert "needed" in text(call(url, key, "edit_image", {"prompt": "a fox"}))
    assert call(url, key, "pix_generate", {"prompt": ["a fox"]}).is_error
    assert call(url, key, "get_generation", {}).is_error


def test_pictures_are_worked_from_where_they_are(url, key, studio, painter):
    topic = studio.topics.create(name="Foxes", author=studio.owner)
    source = ask(studio, painter, topic=topic)
    draw_all()
    image = Image.objects.get()
    with Worker():
        sent = {"source": f"image:{image.pk}", "prompt": "at night", "strength": 0.5}
        edited = call(url, key, "edit_image", sent)
        larger = call(url, key, "upscale_image", {"source": str(image.pk), "scale": 2})
    assert not edited.is_error, text(edited)
    assert not larger.is_error, text(larger)
    batches = Batch.objects.exclude(pk=source.pk).order_by("id")
    assert [batch.mode for batch in batches] == ["image", "upscale"]
    assert {batch.topic_id for batch in batches} == {topic.pk}
    size = Pillow.open(io.BytesIO(base64.b64decode(larger.content[1].data))).size
    assert size == (image.width * 2, image.height * 2)

    file = io.BytesIO()
    Pillow.new("RGB", (64, 64), "red").save(file, "PNG")
    data = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    sent = {"source": data, "prompt": "a house", "wait_seconds": 0}
    assert not call(url, key, "edit_image", sent).is_error
    assert call(url, key, "edit_image", sent | {"source": "data:text/html,x"}).is_error


def test_a_style_is_chosen_by_its_name(url, key, alice):
    Style.objects.create(
        name="Ink", owner=alice, scope=Scope.PERSONAL, positive_prompt="{prompt}, ink drawing"
    )
    assert "Ink: {prompt}, ink drawing" in text(call(url, key, "list_styles"))
    sent = {"prompt": "a fox", "style": "ink", "wait_seconds": 0}
    assert not call(url, key, "pix_generate", sent).is_error
    assert Batch.objects.get().prompt == "a fox, ink drawing"
    assert call(url, key, "pix_generate", sent | {"style": "Oil"}).is_error


def test_who_asks_is_told_what_there_is(url, key, studio):
    assert "Pixazo is ready, alice" in text(call(url, key, "hallo_pixazo"))
    balance = call(url, key, "get_balance").structured_content
    assert (balance["plan"], balance["units_left"], balance["daily"]) == ("Free", 10, 10)
    told = call(url, key, "list_workspaces").structured_content["workspaces"]
    assert [(each["workspace"], each["role"]) for each in told] == [("studio", "owner")]
    better = call(url, key, "improve_prompt", {"prompt": "a fox", "model": "painter"})
    assert better.structured_content["prompt"].startswith("a fox")
    assert call(url, key, "improve_prompt", {}).is_error


def test_pictures_are_found_and_shown(url, key, studio, painter):
    for prompt in ("a red fox", "a blue whale", "a red house"):
        ask(studio, painter, prompt=prompt)
    draw_all()
    found = call(url, key, "list_images", {"query": "red", "limit": 1})
    (first,) = found.structured_content["images"]
    assert first["prompt"] == "a red house"
    older = {"query": "red", "before": found.structured_content["before"]}
    (second,) = call(url, key, "list_images", older).structured_content["images"]
    assert second["prompt"] == "a red fox"
    shown = call(url, key, "get_image", {"image_id": second["image_id"]})
    assert kinds(shown) == ["text", "image", "resource_link"]
    assert f"/w/studio/images/{second['image_id']}/" in text(shown)


def test_pictures_are_resources(url, key, studio, painter, monkeypatch):
    ask(studio, painter, count=3)
    draw_all()
    monkeypatch.setattr("chat.mcp.resources.PAGE", 2)

    async def read(connected):
        first = await connected.list_resources()
        rest = await connected.list_resources(cursor=first.next_cursor)
        uri = first.resources[0].uri
        parts = [await connected.read_resource(uri + part) for part in ("", "/small", "/recipe")]
        templates = (await connected.list_resource_templates()).resource_templates
        return [*first.resources, *rest.resources], [part.contents[0] for part in parts], templates

    listed, (original, small, recipe), templates = asked(url, key, read)
    images = list(Image.objects.order_by("-pk"))
    assert [each.uri for each in listed] == [f"pixazo://image/{image.pk}" for image in images]
    assert listed[0].size == images[0].bytes
    assert Pillow.open(io.BytesIO(base64.b64decode(original.blob))).format == "PNG"
    assert small.mime_type == "image/webp"
    assert json.loads(recipe.text)["seed"] == images[0].job.seed
    assert "pixazo://image/{image_id}" in {each.uri_template for each in templates}


def test_what_a_result_holds_is_bounded(url, key, studio, painter, monkeypatch):
    batch = ask(studio, painter, count=3)
    draw_all()
    sizes = [len(open_(image.small)) for image in Image.objects.all()]
    monkeypatch.setattr("chat.mcp.wire.MOST_BYTES", sum(sizes) // 2)
    result = call(url, key, "get_generation", {"batch_id": str(batch.pk)})
    assert kinds(result).count("image") < 3
    assert kinds(result).count("resource_link") == 3


def open_(key):
    from generation import serving

    return serving.read(key)
