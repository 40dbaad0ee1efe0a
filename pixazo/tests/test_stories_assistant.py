"""Somebody talks to the assistant in its window over the studio; and once more on a phone."""

import json
import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, sign_in

__all__ = ["sign_in"]

pytestmark = [pytest.mark.browser, pytest.mark.starter]

# The stand-in says it after her.
WORDS = "Lower the **sun**:\n\n```\na lone lighthouse, low amber sun\n```\n\nfor oleander"


def window(page):
    return page.get_by_role("dialog", name="Assistant")


def messages(page):
    return page.get_by_role("log", name="Messages")


def field(page):
    return page.get_by_role("textbox", name="Message")


def answered(page, words):
    return messages(page).locator("article.is-assistant[state=whole]", has_text=words)


def kept(page, name):
    return json.loads(page.evaluate("name => localStorage.getItem(name)", name))


def say(page, words):
    field(page).fill(words)
    field(page).press("Enter")


def test_somebody_talks_to_the_assistant(page, desk, sign_in, tmp_path):
    desk.language_model.gate.clear()  # where an answer waits in its middle
    sign_in("oleander")
    page.locator("chat-window:defined").wait_for(state="attached")
    toggle = page.get_by_role("button", name="Assistant", exact=True)
    expect(toggle).to_have_attribute("aria-pressed", "false")

    # A key opens it in the middle, at its usual size, with the focus where one writes.
    page.locator("main").focus()
    page.keyboard.press("t")
    expect(field(page)).to_be_focused(timeout=PATIENCE)
    expect(toggle).to_have_attribute("aria-pressed", "true")
    room = page.viewport_size
    box = window(page).bounding_box()
    assert (box["width"], box["height"]) == (400, 500)
    assert abs(box["x"] * 2 + 400 - room["width"]) <= 2

    # What a model writes is shown as it comes, and is a prompt at a press.
    say(page, WORDS)
    expect(answered(page, "Lower the sun")).to_be_visible(timeout=PATIENCE)
    expect(field(page)).to_have_value("")
    expect(messages(page).locator("strong", has_text="sun")).to_be_visible()
    box_of_code = answered(page, "Lower the sun").locator(".chat-code")
    box_of_code.get_by_role("button", name="Use as prompt").click()
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_have_value("a lone lighthouse, low amber sun")

    # By keys and by mouse it goes to where it is wanted, and is no larger than it may be.
    page.get_by_role("button", name="Move the window").press("ArrowLeft")
    expect(window(page)).to_have_js_property("offsetLeft", round(box["x"]) - 20)
    grip = page.get_by_role("button", name="Size of the window")
    for _ in range(12):
        grip.press("ArrowRight")
    expect(window(page)).to_have_js_property("offsetWidth", 600)
    name = window(page).get_by_role("heading", name="Assistant").bounding_box()
    page.mouse.move(name["x"] + 5, name["y"] + 5)
    page.mouse.down()
    page.mouse.move(-500, 5000, steps=4)
    page.mouse.up()
    expect(window(page)).to_have_js_property("offsetLeft", 12)
    assert kept(page, "chatWindow_size") == {"width": 600, "height": 500}
    assert kept(page, "chatWindow_position")["x"] == 12

    # An answer on its way outlives a reload, and so does where the window was; it is stopped.
    say(page, "Then [[wait]] for oleander please, and tell a long story")
    writing = messages(page).locator("article[state=answering]")
    expect(writing).to_contain_text("You said", timeout=PATIENCE)
    page.reload()
    page.locator("chat-window:defined").wait_for(state="attached")
    expect(window(page)).to_have_js_property("offsetLeft", 12)
    expect(window(page)).to_have_js_property("offsetWidth", 600)
    expect(writing).to_contain_text("You said", timeout=PATIENCE)
    page.get_by_role("button", name="Stop the answer").click()
    expect(messages(page)).to_contain_text("it was stopped", timeout=PATIENCE)
    desk.language_model.gate.set()

    # A failure is said, and the same is asked again.
    say(page, "[[held-back]] for oleander")
    problem = messages(page).locator("article[state=failed]")
    expect(problem).to_be_visible(timeout=PATIENCE)
    expect(problem.get_by_role("button", name="Try again")).to_be_visible()

    # Another model answers, which is said; the chat is named, leaves as a file and comes back.
    page.get_by_role("combobox", name="Who answers").select_option("grok-4")
    expect(messages(page)).to_contain_text("From here on Grok 4 answers", timeout=PATIENCE)
    menu = window(page).get_by_role("button", name=re.compile("^Chat: "))
    menu.click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_role("textbox", name="Name of the chat").fill("Evening of oleander")
    page.keyboard.press("Enter")
    expect(menu).to_have_text("Evening of oleander")
    menu.click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Export as JSON").click()
    file = tmp_path / "chat.json"
    download.value.save_as(file)
    data = json.loads(file.read_text())
    assert data["title"] == "Evening of oleander"
    file.write_text(json.dumps(data | {"title": "Carried by oleander"}))
    menu.click()
    with page.expect_file_chooser() as chooser:
        page.get_by_role("menuitem", name="Import from a file").click()
    chooser.value.set_files(file)
    expect(menu).to_have_text("Carried by oleander", timeout=PATIENCE)
    expect(answered(page, "Lower the sun")).to_be_visible()

    # Esc folds it to its header; both controls stay in step with what is seen.
    field(page).press("Escape")
    expect(window(page)).to_have_js_property("offsetHeight", 40)
    expect(window(page).get_by_role("button", name="Unfold")).to_be_focused()
    window(page).get_by_role("button", name="Close the assistant").click()
    expect(window(page)).to_be_hidden()
    expect(toggle).to_have_attribute("aria-pressed", "false")


def test_on_a_phone_it_is_a_sheet(browser, desk, sign_in):
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) as context:
        phone = context.new_page()
        sign_in("oswald", on=phone)
        phone.locator("chat-window:defined").wait_for(state="attached")
        phone.get_by_role("button", name="Assistant", exact=True).tap()
        expect(field(phone)).to_be_visible(timeout=PATIENCE)
        expect(window(phone)).to_have_js_property("offsetWidth", 390)
        field(phone).fill("Softer colours for oswald")
        phone.get_by_role("button", name="Send").tap()
        expect(answered(phone, "Softer colours for oswald")).to_be_visible(timeout=PATIENCE)
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390
        window(phone).get_by_role("button", name="Close the assistant").tap()
        expect(window(phone)).to_be_hidden()
        expect(phone.get_by_label("Prompt", exact=True)).to_be_visible()
