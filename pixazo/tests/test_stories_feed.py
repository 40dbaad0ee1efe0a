"""Stories of the studio's form and feed in a real browser: models, undo, what streams in."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import choose_model, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(300)]

PHONE = {"width": 390, "height": 844}
# Models of a service that is never asked, and one that draws from text only, in few steps.
MODELS = """
from generation.models import ImageModel, Service
service, _ = Service.objects.get_or_create(
    slug="far", defaults={"name": "Far away", "kind": "openai", "base_url": "https://far.example"}
)
for number, (name, units) in enumerate([("Cloud", 2), ("Cirrus", 3), ("Nimbus", 4), ("Fog", 5)]):
    ImageModel.objects.get_or_create(
        slug=name.lower(),
        defaults={"name": name, "units": units, "address": name, "service": service,
                  "provider": "openai", "position": 200 + number},
    )
ImageModel.objects.get_or_create(
    slug="two-steps",
    defaults={"name": "Two steps", "address": "two-steps", "position": 199, "contract_data": {
        "num_inference_steps": {"fixed": 2}, "guidance_scale": False, "negative_prompt": False}},
)
"""
GONE = """
from generation.models import ImageModel, Service
ImageModel.objects.filter(slug__in=["cloud", "cirrus", "nimbus", "fog", "two-steps"]).delete()
Service.objects.filter(slug="far").delete()
"""
FORM = """[...new FormData(document.getElementById("generate"))]
  .filter(([name]) => !name.startsWith("csrf"))"""


@pytest.fixture
def models(desk):
    desk.manage("shell", "--no-imports", "-c", MODELS)
    yield
    desk.manage("shell", "--no-imports", "-c", GONE)


def picker(page):
    page.locator("model-picker:defined").wait_for()
    return page.get_by_role("button", name=re.compile("^Model"))


def test_a_model_is_found_by_typing_and_chosen_by_keys(page, models, sign_in):
    sign_in("chooser")
    button = picker(page)
    button.focus()
    button.press("ArrowDown")
    search = page.get_by_role("combobox", name="Search models")
    expect(search).to_be_focused()
    # Under who makes the pictures, with what each takes and what stands in the way.
    far = page.get_by_role("group", name="Far away")
    expect(far.get_by_role("option")).to_have_count(4)
    expect(far.get_by_role("option", name="Cloud")).to_contain_text("2 units")
    expect(far.get_by_role("option", name="Cloud")).to_contain_text("needs a key")
    here = page.get_by_role("group", name="This site").get_by_role("option")
    expect(here.first).to_have_attribute("aria-selected", "true")
    active = page.locator(".models-option.is-active")
    for key, name in (("End", "Fog"), ("ArrowDown", "Starter"), ("ArrowUp", "Fog"), ("Home", "")):
        search.press(key)
        expect(active).to_contain_text(name)
        expect(search).to_have_attribute("aria-activedescendant", active.get_attribute("id"))
    search.fill("nim far")
    expect(page.locator(".models-option")).to_have_count(1)
    search.press("Escape")
    expect(search).to_be_hidden()
    expect(button).to_be_focused()
    button.press("Enter")
    expect(search).to_have_value("")
    search.press_sequentially("no such")
    expect(page.get_by_text("No model fits “no such”.")).to_be_visible()
    search.fill("cirr")
    search.press("Enter")
    expect(button).to_be_focused()
    expect(button).to_have_accessible_name(re.compile("Model Cirrus 3 units each"))
    expect(page.get_by_text("Nobody has given a key for it yet.")).to_be_visible()
    assert ["model", "cirrus"] in page.evaluate(FORM)


def test_on_a_phone_a_model_is_chosen_by_touch(page, models, sign_in):
    page.set_viewport_size(PHONE)
    sign_in("toucher")
    page.get_by_role("button", name=re.compile("^Settings: ")).click()
    picker(page).click()
    popup = page.get_by_role("dialog", name="Choose a model")
    box = popup.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    option = popup.get_by_role("option", name=re.compile("^Nimbus"))
    assert option.bounding_box()["height"] >= 44
    option.click()
    expect(popup).to_be_hidden()
    # The sheet stays, and the page does not scroll sideways.
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    assert ["model", "nimbus"] in page.evaluate(FORM)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_undo_after_another_model_brings_every_value_back(page, models, sign_in, tmp_path):
    sign_in("undoer")
    page.locator("prompt-form:defined").wait_for()
    prompt = page.get_by_label("Prompt", exact=True)
    prompt.fill("a boat")
    page.locator("label[for=count-3]").click()
    page.locator("label[for=time-whenever]").click()
    page.locator("details[data-advanced] summary").click()
    page.get_by_label("Seed", exact=True).fill("77")
    page.get_by_label("Leave out").fill("people")
    page.get_by_label("Steps", exact=True).fill("12")
    page.get_by_label("Guidance", exact=True).fill("6.5")
    page.get_by_label("Width", exact=True).fill("192")
    file = tmp_path / "sea.png"
    Image.new("RGB", (192, 128), "navy").save(file)
    page.get_by_label("Picture from a file").set_input_files(file)
    page.get_by_label("What to do with the picture").select_option("outpaint")
    page.get_by_label("Left", exact=True).fill("32")
    page.get_by_label("What to do with the picture").select_option("image")
    page.get_by_label("Strength", exact=True).fill("0.85")
    before = page.evaluate(FORM)
    assert ["strength", "0.85"] in before
    choose_model(page, "Two steps")
    told = page.locator(".toast", has_text="For Two steps: ")
    told.hover()  # or it goes after some seconds
    for words in ("steps", "guidance is not used", "the picture is set aside", "Leave out"):
        expect(told).to_contain_text(words)
    assert page.evaluate(FORM) != before
    # What is written after that is nobody's to take back.
    prompt.fill("a boat at sea")
    told.hover()
    page.get_by_role("button", name="Undo", exact=True).click()
    after = [
        ["prompt", "a boat at sea"] if name == "prompt" else [name, value] for name, value in before
    ]
    assert page.evaluate(FORM) == after
