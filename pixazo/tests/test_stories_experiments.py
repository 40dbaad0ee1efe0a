"""From a question about settings to an answer: a grid, a list, blind votes, a style."""

import re

import pytest
from PIL import Image
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, pause, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(600)]

DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}


@pytest.fixture
def new(page, desk, sign_in):
    """The form of somebody's new experiment."""

    def begin(name, size=DESK):
        page.set_viewport_size(size)
        sign_in(name)
        page.goto(f"{desk.url}/w/{name}/experiments/new/")
        page.locator("experiment-form:defined").wait_for()
        return page

    return begin


def made(page):
    return page.locator(".xcell[data-state=made]")


def grid(page, steps="8-10 step 2", seeds="1, 2"):
    page.get_by_label("Axis 1").select_option(label="Steps")
    page.locator("#values1").fill(steps)
    page.get_by_label("Axis 2").select_option(label="Seed")
    page.locator("#values2").fill(seeds)
    page.get_by_label("Prompt", exact=True).fill("a red house at night")


def run(page, name):
    page.get_by_role("button", name=name).click()
    expect(page.locator("experiment-board")).to_be_visible()


def heads(page):
    return page.locator("thead [role=columnheader]:not(.xcorner)")


def test_a_grid_is_drawn_turned_compared_blind_and_its_winner_kept(page, new):
    new("gridder")
    form, room = (page.locator(each).bounding_box() for each in (".xform", "main"))
    assert form["width"] > room["width"] - 60, "It leaves room unused."
    # The contract speaks while one types, and nothing is drawn.
    grid(page, steps="2, 8")
    expect(page.locator("#axis1-hint")).to_contain_text("Steps must be between")
    page.locator("#values1").fill("8-10 step 2")
    expect(page.locator("#axis1-hint")).to_be_empty()
    run(page, "Run 4 pictures · 4 units")
    expect(made(page)).to_have_count(4, timeout=PATIENCE)
    expect(page.locator("#board")).to_have_attribute("data-state", "done")
    expect(page.locator("#queue-badge")).to_have_attribute("data-mine", "0")

    # The axes change places: by keyboard, by mouse, by the button between.
    expect(heads(page)).to_have_text(["8", "10"])
    page.get_by_role("button", name="Steps").focus()
    page.keyboard.press("ArrowRight")
    expect(heads(page)).to_have_text(["1", "2"])
    expect(page.get_by_role("button", name="Steps")).to_be_focused()
    expect(page).to_have_url(re.compile("order=10"))
    page.get_by_role("button", name="Steps").drag_to(page.locator(".xslot").first)
    expect(heads(page)).to_have_text(["8", "10"])
    page.get_by_role("link", name="Swap columns and rows").click()
    expect(heads(page)).to_have_text(["1", "2"])
    page.reload()
    expect(heads(page)).to_have_text(["1", "2"])

    # Large, one after another.
    page.get_by_role("link", name="Open: Steps 8, Seed 1").click()
    viewer = page.get_by_role("dialog", name="Picture")
    expect(viewer).to_contain_text("1 / 4")
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("2 / 4")
    page.keyboard.press("Escape")

    page.get_by_role("link", name="Compare blind").click()
    page.locator("pair-vote:defined").wait_for()
    expect(page.locator("pair-vote")).not_to_contain_text("Steps")
    # A screen reader hears a region that was there before its text changed.
    page.evaluate("window.region = document.querySelector('pair-vote [role=status]')")
    for said, key in enumerate(["1", "2", "=", "1"], start=1):
        page.keyboard.press(key)
        expect(page.get_by_role("status").filter(has_text="comparisons")).to_contain_text(
            f"{said} of about 6"
        )
    page.keyboard.press("Backspace")
    expect(page.get_by_role("status").filter(has_text="comparisons")).to_contain_text("3 of about")
    assert page.evaluate("region.isConnected && region.textContent.startsWith('3 of about')")
    page.get_by_role("link", name="Show the ranking").click()
    expect(page.get_by_role("heading", name="Ranking")).to_be_visible()
    expect(page.locator("main")).to_contain_text("From 3 comparisons")
    expect(page.locator("main ol > li")).to_have_count(4)
    page.get_by_label("Name", exact=True).fill("Night winner")
    page.get_by_role("button", name="Save style").click()
    expect(page.get_by_role("status", name="Messages")).to_contain_text("“Night winner” is saved")
    page.goto(page.url.split("/experiments/")[0] + "/")
    expect(page.get_by_role("radio", name="Night winner")).to_be_attached()


def test_an_experiment_works_from_a_picture(page, new, tmp_path):
    new("sourcer")
    file = tmp_path / "sea.png"
    Image.new("RGB", (128, 128), "navy").save(file)
    page.get_by_label("Picture from a file").set_input_files(file)
    asked = page.get_by_role("dialog", name="What to do with this picture?")
    expect(asked.get_by_role("button", name="Extend it")).to_be_hidden()
    asked.get_by_role("button", name="Repaint a part of it").click()
    page.get_by_label("Axis 1").select_option(label="Strength")
    page.locator("#values1").fill("0.5, 0.9")
    page.get_by_label("Prompt", exact=True).fill("a boat on the sea")
    takes = page.get_by_role("complementary", name="What it takes")
    expect(takes).to_contain_text("Paint over what should be drawn anew.")
    page.get_by_label("What to do with the picture").select_option("image")
    run(page, "Run 2 pictures · 2 units")
    expect(made(page)).to_have_count(2, timeout=PATIENCE)
    # Asked for again, it is in the form.
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="Ask again, changed").click()
    expect(page.get_by_role("group", name="Picture to work from")).to_be_visible()
    expect(page.get_by_label("What to do with the picture")).to_have_value("image")


def test_a_list_tells_its_bad_rows_stops_at_its_ceiling_and_goes_on(page, new):
    new("lister")
    page.get_by_text("List of prompts").click()
    rows = "prompt,steps\na red house,8\na boat,900\na blue castle at night,8\n,8"
    page.get_by_label("A prompt on each line").fill(rows)
    takes = page.get_by_role("complementary", name="What it takes")
    expect(takes).to_contain_text("2 pictures are not possible")
    expect(takes).to_contain_text("Line 3 Steps must be")
    expect(takes).to_contain_text("Line 5 This row has no prompt.")
    page.get_by_label("Go on with the other 2").check()
    page.get_by_label("Ceiling, in units").fill("1")
    expect(takes).to_contain_text("stops at 1 unit")
    run(page, "Run 2 pictures")
    expect(made(page)).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("#board")).to_contain_text("The ceiling leaves no room")
    page.get_by_label("New ceiling").fill("2")
    page.get_by_role("button", name="Go on").click()
    expect(made(page)).to_have_count(2, timeout=PATIENCE)


def test_it_begins_with_what_the_studio_holds_and_is_stopped_by_hand(page, desk, sign_in):
    sign_in("stopper")
    pause(desk, "stopper")
    page.locator("prompt-form:defined").wait_for()
    page.get_by_label("Prompt", exact=True).fill("a green hill in winter")
    page.get_by_role("button", name="Experiment with this").click()
    page.locator("experiment-form:defined").wait_for()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("a green hill in winter")
    page.get_by_label("Axis 1").select_option(label="Style")
    page.get_by_role("button", name="Pixel art").click()
    page.get_by_role("button", name="none").click()
    page.get_by_label("Axis 2").select_option(label="Seed")
    page.locator("#values2").fill("1-5")
    run(page, "Run 10 pictures")
    expect(page.locator("#board")).to_have_attribute("data-state", "running")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("#board")).to_have_attribute("data-state", "stopped")
    expect(page.locator("#board")).to_contain_text("It is stopped.")
    expect(page.locator(".xcell[data-state=planned]")).to_have_count(2)
    # Thrown away, and had back by the keys for an undo.
    page.locator("experiment-board menu-button:defined").get_by_role("button").first.click()
    page.get_by_role("menuitem", name="Delete, keep the pictures").click()
    said = page.get_by_role("status", name="Messages")
    expect(said).to_contain_text("is in the trash. Its pictures stay.")
    mine = page.get_by_role("link", name=re.compile("a green hill in winter"))
    expect(mine).to_have_count(0)
    page.locator("key-help:defined").wait_for(state="attached")
    page.keyboard.press("Control+z")
    expect(said).to_contain_text("is back")
    expect(page.locator("#board")).to_have_attribute("data-state", "stopped")
    page.goto(f"{desk.url}/experiments/")
    expect(mine).to_contain_text("Stopped")


def test_on_a_phone_all_of_it_is_at_hand(page, new):
    new("pocketgrid", PHONE)
    grid(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    run(page, "Run 4 pictures")
    expect(made(page)).to_have_count(4, timeout=PATIENCE)
    # Rows are lists there, each picture under what it is.
    expect(page.locator(".xcell").first).to_contain_text("Steps 8, Seed 1")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    # A press sends an axis on.
    page.get_by_role("button", name="Steps").click()
    expect(page).to_have_url(re.compile("order=10"))
    page.get_by_role("link", name="Compare blind").click()
    page.locator("pair-vote:defined").wait_for()
    page.get_by_role("button", name="The left one is better").click()
    expect(page.get_by_role("status").filter(has_text="comparisons")).to_contain_text("1 of about")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("link", name="Show the ranking").click()
    expect(page.locator("main ol > li")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
