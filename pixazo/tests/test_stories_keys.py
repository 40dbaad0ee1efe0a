"""Keys: the help that shows them, a person's own, and whole ways through the site by them alone."""

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import messages, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(300)]


def saved(page):
    return page.expect_response(lambda answer: "/account/preferences/" in answer.url and answer.ok)


def test_the_help_shows_the_keys_of_this_page_and_takes_others(page, desk, sign_in):
    sign_in("keykeeper")
    page.keyboard.press("Tab")  # out of the prompt
    page.locator("main").focus()
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keys that work here")
    expect(help_.get_by_text("Generate", exact=True)).to_be_visible()
    expect(help_.get_by_text("Swap the two")).to_have_count(0)  # that is for comparing
    help_.get_by_label("Search the keys").fill("queue open")
    expect(help_.locator("dd")).to_have_count(1)

    # "[" means the settings already: that is told, and taking it is possible.
    help_.get_by_role("button", name="Change the key for: Open or close the queue").click()
    field = help_.get_by_label("New key for: Open or close the queue")
    page.keyboard.press("[")
    expect(help_.get_by_text("It now means: Show or hide the settings.")).to_be_visible()
    page.keyboard.press("Control+t")
    expect(help_.get_by_text("Browsers and fields keep this one")).to_be_visible()
    page.keyboard.press("Escape")
    expect(field).to_have_count(0)
    expect(help_).to_be_visible()
    help_.get_by_role("button", name="Change the key for: Open or close the queue").press("Enter")
    page.keyboard.press("y")
    with saved(page):
        page.keyboard.press("Enter")
    expect(messages(page)).to_contain_text("Y: Open or close the queue")
    page.keyboard.press("Escape")

    # It follows to every page, and the old one does nothing.
    page.goto(f"{desk.url}/workspaces/")
    page.locator("queue-drawer:defined").wait_for(state="attached")
    drawer = page.get_by_role("dialog", name="Queue")
    page.keyboard.press("q")
    page.keyboard.press("y")
    expect(drawer).to_be_visible()
    page.keyboard.press("y")
    expect(drawer).to_be_hidden()

    # Letters can be switched off, and everything put back.
    page.keyboard.press("?")
    help_.get_by_role("button", name="Back to the usual keys").click()
    expect(help_.get_by_role("button", name="Back to the usual keys")).to_be_hidden()
    with saved(page):
        help_.get_by_label("Single letters, figures and signs act").click()
    page.keyboard.press("Escape")
    page.keyboard.press("q")
    page.keyboard.press("?")
    expect(help_).to_be_hidden()
    expect(drawer).to_be_hidden()
