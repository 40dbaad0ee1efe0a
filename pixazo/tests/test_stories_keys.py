"""Keys: the help that shows them, a person's own, and whole ways through the site by them alone."""

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PASSWORD, PATIENCE, ask, messages, pictures, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(600)]


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


def test_from_the_sign_in_to_an_undo_without_a_mouse(page, desk, sign_in):
    sign_in("keysonly")
    page.context.clear_cookies()
    page.goto(f"{desk.url}/account/login/")
    page.get_by_label("E-mail or name").focus()
    page.keyboard.type("keysonly@example.org")
    page.keyboard.press("Tab")  # to the way for who forgot the password
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "login" not in url)
    page.locator("key-help:defined").wait_for(state="attached")
    page.keyboard.press("g")
    page.keyboard.press("w")
    page.get_by_role("link", name="keysonly").first.focus()
    page.keyboard.press("Enter")

    # The prompt has the focus where nothing has been drawn yet.
    page.locator("prompt-form:defined").wait_for()
    prompt = page.get_by_label("Prompt", exact=True)
    expect(prompt).to_be_focused()
    page.locator("#count-1").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator("#count-2")).to_be_checked()
    prompt.focus()
    page.keyboard.type("a red lighthouse by the sea")
    heard = page.locator("batch-feed [data-teller]")
    page.keyboard.press("Control+Enter")
    expect(heard).to_contain_text("2 pictures are done.", timeout=2 * PATIENCE)

    # Large, to the next, and back to where one was.
    first = page.get_by_role("link", name="Open image 1")
    expect(first).to_be_visible()
    first.focus()
    page.keyboard.press("Enter")
    viewer = page.get_by_role("dialog", name="Picture")
    expect(viewer).to_contain_text("1 / 2")
    page.keyboard.press("ArrowRight")
    expect(viewer).to_contain_text("2 / 2")
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="Open image 2")).to_be_focused()

    # Each layer gives the focus back.
    for opener, layer in (
        (page.get_by_role("link", name="Queue:"), page.get_by_role("dialog", name="Queue")),
        (
            page.get_by_role("button", name="Messages so far"),
            page.get_by_role("region", name="Messages so far"),
        ),
        (page.get_by_role("button", name="account of"), page.get_by_role("link", name="Safety")),
    ):
        opener.focus()
        page.keyboard.press("Enter")
        expect(layer).to_be_visible()
        page.keyboard.press("Escape")
        expect(layer).to_be_hidden()
        expect(opener).to_be_focused()

    page.keyboard.press("g")
    page.keyboard.press("g")
    shots = page.locator(".shot")
    expect(shots).to_have_count(2)
    page.locator("picture-grid:defined").wait_for()
    shots.first.focus()
    page.keyboard.press("5")
    expect(page.locator(".stars", has_text="★ 5")).to_have_count(1)
    page.keyboard.press("Space")
    expect(viewer).to_be_visible()
    page.keyboard.press("Space")
    expect(viewer).to_be_hidden()
    expect(shots.first).to_be_focused()

    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("c")
    page.locator("picture-compare:defined").wait_for()
    page.keyboard.press("m")
    expect(page.locator(".compare-stage")).to_have_attribute("data-mode", "side")
    page.keyboard.press("Escape")
    expect(shots).to_have_count(2)
    page.locator("picture-grid:defined").wait_for()
    shots.first.focus()
    page.keyboard.press("Delete")
    expect(shots).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(shots).to_have_count(2)


def test_a_broken_card_and_a_lost_network_leave_the_rest_as_it_is(page, context, desk, sign_in):
    sign_in("unlucky")
    ask(page)
    expect(pictures(page)).to_have_count(1, timeout=2 * PATIENCE)
    # Somebody's script breaks one card: the others, the form and the feed go on.
    page.locator("batch-card").evaluate(BREAK)
    expect(messages(page)).to_contain_text("Something on this page broke")
    messages(page).get_by_role("button", name="Dismiss").last.click()
    page.get_by_label("Prompt", exact=True).fill("a white boat")
    page.get_by_label("Prompt", exact=True).press("Control+Enter")
    expect(page.locator("batch-card")).to_have_count(2)
    page.get_by_label("Prompt", exact=True).press("Alt+ArrowUp")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("a white boat")

    # Without a network what is written stays, and goes out when there is one again.
    context.set_offline(True)
    bar = page.locator("reconnect-bar")
    expect(bar).to_contain_text("You are offline. What you write stays here.")
    page.get_by_label("Prompt", exact=True).fill("a castle at night")
    page.get_by_label("Prompt", exact=True).press("Control+Enter")
    expect(messages(page)).to_contain_text("can't be reached")
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("a castle at night")
    context.set_offline(False)
    expect(messages(page)).not_to_contain_text("can't be reached", timeout=PATIENCE)
    expect(bar).to_contain_text("Back online")
    page.reload()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value("a castle at night")
    page.locator("prompt-form:defined").wait_for()
    page.get_by_label("Prompt", exact=True).press("Control+Enter")
    expect(page.locator("batch-card")).to_have_count(3)


BREAK = """card => {
  card.setAttribute("settings", "{");
  const button = document.createElement("button");
  button.dataset.do = "reuse-seed"; // of no picture: batch-card.js does not expect that
  card.prepend(button);
  button.click(); // at once: the feed takes away what the site did not put there
}"""
