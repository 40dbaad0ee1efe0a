"""The studio's frame and its topics, in a real browser: panels, drafts, two pages at once."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, ask, pictures, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(300)]

PHONE = {"width": 390, "height": 844}


def playground(page, desk):
    page.goto(f"{desk.url}/image-playground/")
    page.locator("topic-list:defined").wait_for(state="attached")
    page.locator("prompt-draft:defined").wait_for(state="attached")


def prompt(page):
    return page.get_by_label("Prompt", exact=True)


def topic(page, name):
    return page.locator("a[data-topic]").filter(has_text=name)


def saved(page):
    """Wait for the next answer that keeps a draft."""
    return page.expect_response(lambda answer: "/draft/" in answer.url and answer.status == 200)


def stored(page, name):
    return page.evaluate("name => localStorage.getItem(name)", name)


def new_topic(page):
    return page.locator("#topics").get_by_role("button", name="New topic", exact=True)


def call(page, name, otherwise):
    menu(page, name, "Rename")
    page.get_by_label("Name of the topic").fill(otherwise)
    page.keyboard.press("Enter")


def menu(page, name, item):
    row = page.locator(".topic").filter(has_text=name)
    row.hover()
    row.get_by_role("button", name=f"More for {name}").click()
    page.get_by_role("menuitem", name=item).click()


def test_panels_are_as_wide_as_they_were_left_and_no_wider_than_they_may_be(page, desk, sign_in):
    sign_in("framer")
    playground(page, desk)
    grip = page.get_by_role("separator", name="Settings width")
    expect(grip).to_have_attribute("aria-valuenow", "320")
    grip.focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(grip).to_have_attribute("aria-valuenow", "350")
    assert stored(page, "sidebar_width") == "350"
    page.reload()
    expect(grip).to_have_attribute("aria-valuenow", "350")
    assert page.locator("#panel").evaluate("panel => panel.offsetWidth") == 350
    box = grip.bounding_box()
    page.mouse.move(box["x"] + 4, 400)
    page.mouse.down()
    page.mouse.move(box["x"] + 900, 400)
    page.mouse.up()
    expect(grip).to_have_attribute("aria-valuenow", "420")
    for nonsense, width in (("9000", "420"), ("-1", "320"), ("wide", "320")):
        page.evaluate("width => localStorage.setItem('sidebar_width', width)", nonsense)
        page.reload()
        expect(grip).to_have_attribute("aria-valuenow", width)

    nav = page.get_by_role("button", name="Menu of the workspace")
    expect(nav).to_have_attribute("aria-expanded", "true")
    nav.click()
    expect(nav).to_have_attribute("aria-expanded", "false")
    assert stored(page, "navMenu_collapsed") == "true"
    page.reload()
    expect(nav).to_have_attribute("aria-expanded", "false")
    expect(page.get_by_role("link", name="Playground")).to_have_attribute("aria-current", "page")


def test_each_side_is_folded_by_a_key_and_both_by_one(page, desk, sign_in):
    sign_in("folder")
    playground(page, desk)
    topics, settings = page.locator("#topics"), page.locator("#panel")
    page.locator("h1").first.click()  # out of the prompt: letters act outside of fields only
    expect(topics).to_be_visible()
    page.keyboard.press("]")
    expect(topics).to_be_hidden()
    page.keyboard.press("[")
    expect(settings).to_be_hidden()
    page.keyboard.press("\\")
    expect(topics).to_be_visible()
    expect(settings).to_be_visible()
    page.get_by_role("button", name="Hide topics").click()
    expect(topics).to_be_hidden()
    expect(page.get_by_role("button", name="Show topics")).to_be_focused()
    page.reload()
    page.locator("panel-fold:defined").wait_for(state="attached")
    expect(topics).to_be_hidden()
    # The workspace's own page has them folded until somebody wants them there.
    page.evaluate("localStorage.clear()")
    playground(page, desk)
    expect(topics).to_be_visible()
    page.get_by_role("link", name="Workspace", exact=True).click()
    page.locator("panel-fold:defined").wait_for(state="attached")
    expect(topics).to_be_hidden()
    prompt(page).press_sequentially("]")
    expect(topics).to_be_hidden()


def test_topics_have_their_own_pictures_titles_covers_and_drafts(page, desk, sign_in):
    sign_in("topical")
    playground(page, desk)
    expect(topic(page, "New topic")).to_have_attribute("aria-current", "true")
    ask(page, "a red house, night")
    # Named by its first prompt, covered by its first picture, without a reload.
    expect(topic(page, "Red house")).to_be_visible()
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    expect(topic(page, "Red house").locator("img")).to_be_visible()
    expect(topic(page, "Red house")).to_contain_text("1 image")
    first = page.url

    new_topic(page).click()
    expect(topic(page, "New topic")).to_have_attribute("aria-current", "true")
    expect(page).not_to_have_url(first)
    expect(prompt(page)).to_be_focused()
    expect(prompt(page)).to_have_value("")
    expect(page.locator("batch-card")).to_have_count(0)
    expect(
        page.get_by_role("heading", name="Your first picture is one sentence away")
    ).to_be_visible()
    with saved(page):
        prompt(page).fill("a white boat")

    topic(page, "Red house").click()
    expect(page).to_have_url(first)
    expect(prompt(page)).to_have_value("a red house, night")
    expect(page.locator("batch-card")).to_have_count(1)
    expect(page).to_have_title(re.compile("^Red house · "))
    page.go_back()
    expect(prompt(page)).to_have_value("a white boat")
    expect(page.locator("batch-card")).to_have_count(0)
    page.go_forward()
    expect(page.locator("batch-card")).to_have_count(1)

    menu(page, "Red house", "Rename")
    page.get_by_label("Name of the topic").fill("House")
    page.keyboard.press("Enter")
    expect(topic(page, "House")).to_be_focused()
    page.reload()
    expect(topic(page, "House")).to_have_attribute("aria-current", "true")

    menu(page, "House", "Delete")
    expect(topic(page, "House")).to_have_count(0)
    expect(topic(page, "New topic")).to_have_attribute("aria-current", "true")
    expect(page.locator("batch-card")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(topic(page, "House")).to_have_attribute("aria-current", "true")
    expect(pictures(page)).to_have_count(1)


def test_a_draft_follows_to_another_device_and_two_pages_lose_nothing(page, desk, sign_in, browser):
    sign_in("drafter")
    playground(page, desk)
    with saved(page):
        prompt(page).fill("a fox in the snow")
    address = page.url
    elsewhere = browser.new_context(storage_state={"cookies": page.context.cookies()})
    other = elsewhere.new_page()
    other.goto(address)
    expect(prompt(other)).to_have_value("a fox in the snow")
    other.locator("prompt-draft:defined").wait_for(state="attached")
    with saved(other):
        prompt(other).fill("a fox in the rain")

    # Here nobody has read that yet, and writes on.
    prompt(page).fill("a fox in the fog")
    offer = page.locator(".toast").filter(has_text="Something else was written here")
    expect(offer).to_be_visible()
    expect(prompt(page)).to_have_value("a fox in the fog")
    offer.get_by_role("button", name="Use that").click()
    expect(prompt(page)).to_have_value("a fox in the rain")

    # Offline it is kept here, and sent when the site can be reached again.
    page.context.set_offline(True)
    prompt(page).fill("a fox in the sun")
    key = f"draft_{re.search('topic=([^&]+)', address).group(1)}"
    expect(prompt(page)).to_have_value("a fox in the sun")
    assert "a fox in the sun" in stored(page, key)
    page.context.set_offline(False)
    page.wait_for_function("key => localStorage.getItem(key) === null", arg=key)
    other.reload()
    expect(prompt(other)).to_have_value("a fox in the sun")
    elsewhere.close()


def test_words_that_arrived_though_their_answer_was_lost_are_no_other_devices(page, desk, sign_in):
    sign_in("unheard")
    playground(page, desk)
    drafts, lost = re.compile("/draft/"), []

    def lose(route):
        lost.append(route.fetch().status)
        route.abort()

    def write(words):
        page.route(drafts, lose)
        prompt(page).fill(words)
        while not lost:
            page.wait_for_timeout(20)
        page.unroute(drafts)
        assert lost.pop() == 200

    elsewhere = page.locator(".toast").filter(has_text="another")
    write("a fox")
    with saved(page):
        prompt(page).fill("a red fox")
    page.wait_for_function("() => !Object.keys(localStorage).some((key) => /^draft_/.test(key))")
    write("a red fox in the snow")
    prompt(page).fill("a red fox in the rain")
    page.reload()
    expect(prompt(page)).to_have_value("a red fox in the rain")
    expect(elsewhere).to_have_count(0)


def test_a_topic_deleted_in_another_tab_is_left(page, desk, sign_in):
    sign_in("tabber")
    playground(page, desk)
    menu(page, "New topic", "Rename")
    page.get_by_label("Name of the topic").fill("Here")
    page.keyboard.press("Enter")
    expect(topic(page, "Here")).to_be_visible()
    new_topic(page).click()
    expect(topic(page, "New topic")).to_have_attribute("aria-current", "true")
    second = page.context.new_page()
    second.goto(page.url)
    second.locator("topic-list:defined").wait_for()
    menu(second, "New topic", "Delete")
    expect(topic(second, "Here")).to_have_attribute("aria-current", "true")
    expect(topic(page, "New topic")).to_have_count(0)
    expect(topic(page, "Here")).to_have_attribute("aria-current", "true")


def test_a_new_topic_is_new_however_quickly_it_follows_a_name_or_the_first_words(
    page, desk, sign_in
):
    sign_in("brisk")
    playground(page, desk)
    on_its_way = []
    page.route(re.compile("/rename/"), lambda route: on_its_way.append(route))
    call(page, "New topic", "Here")
    while not on_its_way:
        page.wait_for_timeout(20)
    new_topic(page).click()
    page.wait_for_timeout(500)  # An answer that did not wait for the name would be there by now.
    on_its_way.pop().continue_()
    expect(topic(page, "Here")).to_have_count(1)
    expect(topic(page, "New topic")).to_have_attribute("aria-current", "true")
    page.route(re.compile("/draft/"), lambda route: on_its_way.append(route))
    prompt(page).fill("a fox")
    new_topic(page).click()
    expect(topic(page, "New topic")).to_have_count(2)
    expect(prompt(page)).to_have_value("")


def test_a_new_topic_does_not_wait_for_ever_for_a_name_whose_answer_never_comes(
    page, desk, sign_in
):
    sign_in("unanswered")
    playground(page, desk)
    page.clock.install()
    page.route(re.compile("/rename/"), lambda route: None)
    prompt(page).fill("a fox")
    call(page, "New topic", "Here")
    new_topic(page).click()
    expect(topic(page, "New topic")).to_have_count(0)
    page.clock.fast_forward(10_000)
    expect(topic(page, "New topic").last).to_be_visible()
    expect(prompt(page)).to_have_value("")


def test_on_a_phone_topics_are_a_drawer(page, desk, sign_in):
    page.set_viewport_size(PHONE)
    sign_in("drawers")
    playground(page, desk)
    opener = page.locator("[data-bs-target='#topics']").filter(has_text="New topic")
    opener.focus()
    page.keyboard.press("Enter")
    drawer = page.locator("#topics")
    expect(drawer).to_be_focused()  # it has come to rest
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    prompt(page).fill("a fox")
    opener.click()
    page.get_by_role("button", name="More for New topic").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_label("Name of the topic").fill("Foxes")
    page.keyboard.press("Enter")
    expect(topic(page, "Foxes")).to_be_visible()
    new_topic(page).click()
    expect(drawer).to_be_hidden()
    expect(prompt(page)).to_have_value("")
    page.locator("[data-bs-target='#topics']").filter(has_text="New topic").click()
    topic(page, "Foxes").click()
    expect(drawer).to_be_hidden()
    expect(prompt(page)).to_have_value("a fox")
    # The drawer takes a step back when it closes: not over what was chosen in it.
    page.wait_for_function("() => history.state?.layer === 1")
    foxes = topic(page, "Foxes").get_attribute("data-topic")
    expect(page).to_have_url(re.compile(rf"topic={foxes}"))
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_back_after_deleting_the_topic_in_the_drawer_leads_on_and_not_to_it(page, desk, sign_in):
    page.set_viewport_size(PHONE)
    sign_in("discarder")
    playground(page, desk)
    opener = page.locator("[data-bs-target='#topics']").filter(visible=True).last
    drawer = page.locator("#topics")
    opener.click()
    page.get_by_role("button", name="More for New topic").click()
    page.get_by_role("menuitem", name="Rename").click()
    page.get_by_label("Name of the topic").fill("Stays")
    # The name stands there before the site has it; one that is new and empty is not made twice.
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.keyboard.press("Enter")
    expect(topic(page, "Stays")).to_be_visible()
    new_topic(page).click()
    expect(drawer).to_be_hidden()
    expect(topic(page, "New topic")).to_have_attribute("aria-current", "true")
    page.wait_for_function("() => history.state?.layer === 1")
    gone = re.search("topic=([0-9a-f-]+)", page.url)[1]
    opener.click()
    expect(drawer).to_be_focused()
    page.locator(".topic").filter(has=page.locator(f"a[data-topic='{gone}']")).get_by_role(
        "button", name="More for"
    ).click()
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.locator(f"a[data-topic='{gone}']")).to_have_count(0)
    here = page.locator("a[data-topic][aria-current]")
    expect(here).to_have_count(1)
    # The drawer is open still: back closes it, and the address is that of what is shown.
    page.go_back()
    expect(drawer).to_be_hidden()
    expect(page).to_have_url(re.compile(here.get_attribute("data-topic") + "$|image-playground/$"))
    assert gone not in page.url
    page.go_back()
    assert gone not in page.url
    expect(page.locator("topic-list")).not_to_have_attribute("topic", gone)
