"""Stories of what can be made from a picture, in a real browser, with the starter model drawing."""

import io
import re
from urllib.parse import urljoin

import pytest
from PIL import Image, ImageChops
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import (
    PATIENCE,
    PROMPT,
    ask,
    choose_model,
    messages,
    pictures,
    sign_in,
)

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(300)]


def draw_one(page, steps=8):
    """The first picture: as few steps as the model lets."""
    page.locator("prompt-form:defined").wait_for()
    page.locator("details[data-advanced] summary").click()
    page.get_by_label("Steps", exact=True).fill(str(steps))
    ask(page)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)


def choose(page, item, tile=None):
    """An item of a picture's menu."""
    tile = tile or page.locator("job-tile[state=succeeded]").last
    tile.hover()
    tile.get_by_role("button", name=re.compile("^More for")).click()
    page.get_by_role("menuitem", name=re.compile(f"^{item}")).click()


def opened(page, tile):
    """The picture of a tile, as it is stored."""
    return Image.open(io.BytesIO(downloaded(page, tile))).convert("RGB")


def downloaded(page, tile):
    address = tile.get_by_role("link", name=re.compile("^Download")).get_attribute("href")
    return page.request.get(urljoin(page.url, address)).body()


def test_a_picture_is_the_start_of_another_and_its_strength_is_kept(page, desk, sign_in):
    sign_in("starter")
    draw_one(page)
    choose(page, "Start from this")
    source = page.get_by_role("group", name="Picture to work from")
    expect(source).to_contain_text("128 \u00d7 128")
    expect(page.locator("[data-follows]")).to_have_text("128 \u00d7 128, from the picture")
    page.get_by_label("Strength", exact=True).fill("0.9")
    page.get_by_label("Prompt", exact=True).press("Control+Enter")
    expect(pictures(page)).to_have_count(2, timeout=PATIENCE)
    card = page.locator("batch-card").first
    expect(card).to_contain_text("from a picture")
    expect(card).to_contain_text("strength 0.9")

    # Looking changes nothing in the form; using the settings of the first takes the picture out.
    page.locator("a[data-do=open]").last.click()
    expect(page.get_by_role("dialog", name="Picture")).to_be_visible()
    page.keyboard.press("Escape")
    expect(source).to_be_visible()
    page.locator("batch-card").last.hover()
    page.locator("batch-card").last.get_by_role("button", name="Reuse settings").click()
    expect(source).to_be_hidden()
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(source).to_be_visible()
    expect(page.get_by_label("Strength", exact=True)).to_have_value("0.9")


def test_what_is_not_painted_stays_as_it_was(page, desk, sign_in):
    sign_in("painter")
    draw_one(page)
    choose(page, "Start from this")
    page.get_by_label("What to do with the picture").select_option("inpaint")
    expect(page.locator("#why-not")).to_contain_text("Paint what is to be drawn anew")
    page.get_by_role("button", name="Paint the mask").click()
    canvas = page.locator("mask-painter canvas")
    expect(canvas).to_be_focused()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.2)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] * 0.8, steps=4)
    page.mouse.up()
    # By keyboard, too: a dab above, and taken back.
    canvas.press("ArrowUp")
    canvas.press(" ")
    page.keyboard.press("Control+z")
    page.get_by_role("button", name="Use this mask").click()
    expect(page.get_by_role("button", name="Change the mask")).to_be_visible()
    page.get_by_label("Strength", exact=True).fill("1")
    page.get_by_label("Prompt", exact=True).fill("a white boat on the sea at sunset, flat")
    page.get_by_label("Prompt", exact=True).press("Control+Enter")
    expect(pictures(page)).to_have_count(2, timeout=PATIENCE)
    tiles = page.locator("job-tile[state=succeeded]")
    changed = ImageChops.difference(opened(page, tiles.first), opened(page, tiles.last))
    left, right = changed.crop((0, 0, 64, 128)), changed.crop((88, 30, 104, 98))
    assert max(high for _, high in left.getextrema()) <= 8
    assert max(high for _, high in right.getextrema()) > 30


def test_varied_enlarged_and_verified_from_a_pictures_menu(page, desk, sign_in):
    sign_in("varier")
    draw_one(page)
    choose(page, "Vary a little")
    expect(pictures(page)).to_have_count(2, timeout=PATIENCE)
    choose(page, "Enlarge \u00d7 2, adds no details")
    expect(pictures(page)).to_have_count(3, timeout=PATIENCE)
    assert opened(page, page.locator("job-tile[state=succeeded]").first).size == (256, 256)
    choose(page, "Verify")
    verified = page.locator("job-tile", has_text=re.compile("Identical|Near"))
    expect(verified).to_have_count(1, timeout=PATIENCE)


def test_a_paused_queue_waits_and_goes_on(page, desk, sign_in):
    sign_in("pauser")
    page.locator("prompt-form:defined").wait_for()
    page.get_by_role("button", name="Pause my queue").click()
    expect(page.locator("#paused")).to_contain_text("Your queue is paused.")
    ask(page)
    tile = page.get_by_role("group", name="Image 1 of 1")
    expect(tile).to_contain_text("until you resume your queue")
    page.get_by_role("button", name="Resume", exact=True).click()
    expect(page.locator("#paused")).to_be_hidden()
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)


def test_a_dropped_picture_tells_its_settings(page, desk, sign_in, tmp_path):
    sign_in("dropper")
    draw_one(page)
    file = tmp_path / "mine.png"
    file.write_bytes(downloaded(page, page.locator("job-tile[state=succeeded]")))
    page.get_by_label("Prompt", exact=True).fill("something else")
    page.get_by_label("Picture from a file").set_input_files(file)
    page.get_by_role("button", name="Use its settings").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)
    page.get_by_label("Picture from a file").set_input_files(file)
    page.get_by_role("button", name="Start from it").click()
    expect(page.get_by_role("group", name="Picture to work from")).to_be_visible()


TEXT_ONLY = """
from generation.models import ImageModel
ImageModel.objects.update_or_create(
    slug="quick",
    defaults={
        "name": "Quick",
        "address": "quick",
        "contract_data": {
            "num_inference_steps": {"fixed": 2, "reason": "This model is distilled to two steps."},
            "guidance_scale": False,
            "negative_prompt": False,
        },
        "position": 99,
    },
)
"""


GONE = """
from generation.models import ImageModel
ImageModel.objects.get(slug="quick").delete()
"""


def test_another_model_keeps_what_fits_and_says_what_does_not(page, desk, sign_in, tmp_path):
    desk.run(TEXT_ONLY)
    try:
        sign_in("switcher")
        page.locator("prompt-form:defined").wait_for()
        file = tmp_path / "sea.png"
        Image.new("RGB", (192, 128), "navy").save(file)
        page.get_by_label("Picture from a file").set_input_files(file)
        page.get_by_role("button", name="Start from it").click()
        source = page.get_by_role("group", name="Picture to work from")
        expect(source).to_contain_text("192 \u00d7 128")
        page.get_by_label("Leave out").fill("people")
        choose_model(page, "Quick")
        # At once: what is said goes after some seconds, unless somebody is there.
        told = messages(page).get_by_text(re.compile("For Quick: .*the picture is set aside"))
        expect(told).to_contain_text("guidance is not used")
        told.hover()
        expect(source).to_contain_text("Set aside: this model draws from text only")
        page.locator("details[data-advanced] summary").click()
        expect(page.get_by_label("Steps", exact=True)).to_have_value("2")
        expect(page.get_by_text("This model is distilled to two steps.")).to_be_visible()
        expect(page.get_by_label("Guidance", exact=True)).to_be_hidden()
        expect(page.get_by_label("Leave out")).to_be_hidden()
        page.get_by_role("button", name="Undo", exact=True).click()
        expect(source).to_contain_text("192 \u00d7 128")
        expect(page.get_by_label("Leave out")).to_have_value("people")
    finally:
        desk.run(GONE)
