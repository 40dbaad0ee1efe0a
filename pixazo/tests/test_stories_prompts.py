"""From words to several pictures: styles, choices, lists, saved prompts, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, pictures, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(300)]


@pytest.fixture
def prompt(page, sign_in):
    def begin(name):
        sign_in(name)
        page.locator("prompt-form:defined").wait_for()
        return page.get_by_label("Prompt", exact=True)

    return begin


def test_choices_lists_and_a_style_become_pictures_and_can_be_had_again(page, prompt):
    field = prompt("chooser")
    # A list is completed by Tab, a style is chosen by "<" without a mouse.
    field.press_sequentially("a {red|blue} house __pl")
    offers = page.get_by_role("listbox", name="What fits here")
    expect(offers.get_by_role("option")).to_contain_text(re.compile("__place__"))
    field.press("Tab")
    expect(field).to_have_value("a {red|blue} house __place__")
    field.press_sequentially(", <flat")
    expect(offers.get_by_role("option")).to_contain_text(re.compile("Flat colours"))
    field.press("Tab")
    expect(page.get_by_role("radio", name="Flat colours")).to_be_checked()
    expect(page.get_by_role("button", name="Generate 2")).to_be_visible()

    page.get_by_role("button", name="Final text").click()
    final = page.locator("[data-final]")
    expect(final.get_by_role("listitem")).to_have_count(2)
    expect(final.locator(".part-style").first).to_contain_text("flat illustration")
    final.click()
    field.press("Control+Enter")
    expect(pictures(page)).to_have_count(2, timeout=PATIENCE)
    newest = page.locator("batch-card").first
    expect(newest).to_contain_text("prompt 2 of 2")
    expect(newest).to_contain_text("a blue house")

    # What was written comes back, not what it became.
    field.fill("something else")
    page.locator("label[for=style-none]").click()
    expect(page.get_by_role("radio", name="None")).to_be_checked()
    newest.get_by_role("button", name="Reuse settings").click()
    expect(field).to_have_value(re.compile(r"^a \{red\|blue\} house __place__"))
    expect(page.get_by_role("radio", name="Flat colours")).to_be_checked()


def test_many_prompts_are_shown_before_they_are_drawn(page, prompt):
    field = prompt("counter")
    field.fill("a {red|blue|green} house {by day|at night}")
    expect(page.get_by_role("button", name="Expands to 6 prompts")).to_be_visible()
    field.press("Control+Enter")
    question = page.get_by_role("dialog", name="Draw all of these?")
    expect(question.get_by_role("listitem")).to_have_count(6)
    expect(question).to_contain_text("6 units")
    question.get_by_role("button", name="Cancel").click()
    expect(page.locator("batch-card")).to_have_count(0)
    field.press("Control+Enter")
    question.get_by_role("button", name="Generate 6 prompts").click()
    expect(page.locator("batch-card")).to_have_count(6)


def test_a_saved_prompt_is_in_the_menu_at_once_and_fills_the_form(page, prompt):
    field = prompt("keeper")
    field.fill("a white boat on the sea")
    page.locator("label[for=count-3]").click()
    menu = page.get_by_role("button", name="Saved")
    menu.click()
    page.get_by_role("menuitem", name="Save this prompt…").click()
    question = page.get_by_role("dialog", name="Save this prompt")
    question.get_by_label("Title").fill("My boat")
    question.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text(["“My boat” is saved."])
    field.fill("")
    menu.click()
    page.get_by_role("menuitem", name=re.compile("My boat")).first.click()
    expect(field).to_have_value("a white boat on the sea")
    menu.click()
    page.get_by_role("menuitem", name="Delete “My boat”").click()
    expect(page.get_by_role("menu", name="Saved prompts")).to_contain_text("Nothing is saved")
    page.keyboard.press("Escape")
    trash = page.locator("toast-shelf .toast").filter(has_text="“My boat” is in the trash.")
    trash.get_by_role("button", name="Undo").click()
    menu.click()
    expect(page.get_by_role("menuitem", name=re.compile("^My boat"))).to_be_visible()


def test_a_pictures_prompt_is_found_in_the_library_and_used_again(page, prompt):
    field = prompt("librarian")
    field.fill("a {red|red} house by the sea")
    page.locator(".look label").filter(has_text="Flat colours").click()
    field.press("Control+Enter")
    expect(pictures(page)).to_have_count(2, timeout=PATIENCE)
    pictures(page).first.click()
    viewer = page.get_by_role("dialog", name="Picture")
    viewer.get_by_role("button", name="Save the prompt").click()
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Title").fill("Red house")
    page.get_by_label("Tags").fill("sea, house")
    page.get_by_role("button", name="Save", exact=True).click()
    saved = page.get_by_role("article", name="Red house")
    expect(saved).to_contain_text("style Flat colours")

    page.get_by_role("searchbox", name="Find a prompt").fill("sea red")
    page.keyboard.press("Enter")
    page.get_by_role("link", name="sea", exact=True).first.click()
    expect(page).to_have_url(re.compile("tag=sea"))
    saved.get_by_role("button", name="Delete Red house").click()
    page.get_by_role("button", name="Undo").click()
    saved.get_by_role("link", name="Duplicate Red house").click()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("article", name="Red house (copy)")).to_be_visible()

    page.get_by_role("link", name="Use Red house", exact=True).click()
    expect(field).to_have_value("a {red|red} house by the sea")
    expect(page.get_by_role("radio", name="Flat colours")).to_be_checked()


def test_on_a_phone_everything_of_it_is_at_hand(page, prompt):
    page.set_viewport_size({"width": 390, "height": 844})
    field = prompt("pocket")
    field.fill("a {red|blue} house")
    expect(page.get_by_role("button", name="2 prompts")).to_be_visible()
    page.get_by_role("button", name="2 prompts").click()
    expect(page.locator("[data-final]").get_by_role("listitem")).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Generate 2").click()
    expect(page.locator("batch-card")).to_have_count(2)
