"""Whole stories in a real browser, on a whole desk, with the starter model really drawing."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import (
    PASSWORD,
    PATIENCE,
    PROMPT,
    ask,
    messages,
    pause,
    pictures,
    sign_in,
)

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(300)]

HIDE = """
Object.defineProperty(document, "hidden", { get: () => true });
document.dispatchEvent(new Event("visibilitychange"));
"""


def steps(page, number):
    page.locator("details[data-advanced] summary").click()
    page.get_by_label("Steps", exact=True).last.fill(str(number))


def test_a_stranger_signs_up_asks_watches_and_finds_the_picture_again(page, desk):
    errors = []
    page.on(
        "console", lambda message: errors.append(message.text) if message.type == "error" else 0
    )
    page.goto(desk.url)
    page.goto(f"{desk.url}/account/signup/")
    page.get_by_label("E-mail").fill("stranger@example.org")
    page.get_by_label("Name").fill("stranger")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("mail", re.I))
    page.goto(desk.printed(r"stranger@example.org(?s:.*?)(http://\S+/account/confirm-email/\S+)"))
    page.get_by_role("button", name="Yes, go on").click()
    expect(page).not_to_have_url(re.compile("confirm-email"))
    page.goto(f"{desk.url}/workspaces/")
    page.get_by_role("link", name="My workspace").first.click()

    ask(page)
    tile = page.get_by_role("group", name="Image 1 of 1")
    expect(tile).to_be_visible()
    # The prompt stays for the next try, the form stays open.
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    expect(pictures(page)).to_have_attribute("alt", PROMPT)
    expect(pictures(page)).to_have_js_property("naturalWidth", 128)
    expect(page.get_by_title(re.compile("of 10 units left today"))).to_contain_text("9 left")

    page.reload()
    expect(pictures(page)).to_have_count(1)
    assert errors == []


def test_one_of_four_is_cancelled_and_its_unit_comes_back(page, desk, sign_in):
    sign_in("canceller")
    steps(page, 40)
    ask(page, images=4)
    last = page.get_by_role("group", name="Image 4 of 4")
    last.get_by_role("button", name="Cancel this image").click()
    expect(last).to_contain_text("Cancelled")
    expect(last).to_contain_text("returned")
    expect(pictures(page)).to_have_count(3, timeout=PATIENCE)
    expect(page.get_by_title(re.compile("of 10 units left today"))).to_contain_text("7 left")
    last.get_by_role("button", name="Run again").click()
    expect(pictures(page)).to_have_count(4, timeout=PATIENCE)


def test_at_the_end_of_the_days_units_the_button_says_when_they_come_back(page, desk, sign_in):
    sign_in("spender", spent=9)
    ask(page)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    button = page.locator("#generate").get_by_role("button", name="Generate")
    expect(button).to_have_attribute("aria-disabled", "true")
    expect(page.locator("#why-not")).to_contain_text("00:00 UTC")
    button.click(force=True)  # Playwright itself would wait for it to be enabled
    expect(page.locator("#why-not")).to_contain_text("00:00 UTC")
    expect(page.locator("batch-card")).to_have_count(1)


def test_a_picture_asked_for_in_one_tab_appears_in_the_other(page, context, desk, sign_in):
    sign_in("twotabs")
    other = context.new_page()
    other.goto(page.url)
    ask(page)
    expect(other.locator("batch-card")).to_have_count(1, timeout=PATIENCE)
    expect(pictures(other)).to_have_count(1, timeout=PATIENCE)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)


def test_where_streams_fail_polling_does_the_same(page, context, desk, sign_in):
    """In two tabs: the first polls for both, and when it is hidden the second does."""
    context.route(re.compile(r"/events/\?"), lambda route: route.abort())
    sign_in("poller")
    other = context.new_page()
    other.goto(page.url)
    page.evaluate(HIDE)
    ask(other)
    expect(pictures(other)).to_have_count(1, timeout=PATIENCE)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)


def test_what_was_deleted_while_the_page_came_does_not_stay(page, desk, sign_in):
    sign_in("remover")
    pause(desk, "remover")
    ask(page)
    page.get_by_role("button", name="Cancel this image").click()
    expect(page.locator("job-tile[state=cancelled]")).to_have_count(1, timeout=PATIENCE)

    def delete_first(route):
        desk.run(TRASH)
        route.continue_()

    page.route(re.compile(r"/events/\?"), delete_first, times=1)
    page.reload()
    expect(page.locator("batch-card")).to_have_count(0, timeout=PATIENCE)


TRASH = """
from generation.models import Batch
Batch.objects.get(author__email="remover@example.org").trash()
"""


def test_a_page_whose_permission_to_listen_ran_out_gets_another_or_says_so(
    page, context, desk, sign_in
):
    sign_in("listener")
    with page.expect_response(lambda answer: "/events/?" in answer.url and answer.ok):
        page.evaluate(LISTEN_IN_VAIN)
    expect(page.get_by_role("link", name="Sign in")).to_have_count(0)
    with page.expect_response(lambda answer: "/events/?" in answer.url and answer.ok):
        page.evaluate(HIDE + LISTEN_IN_VAIN)
    context.clear_cookies()
    page.evaluate(LISTEN_IN_VAIN)
    said = messages(page).get_by_text("You have been signed out")
    expect(said).to_be_visible(timeout=PATIENCE)


LISTEN_IN_VAIN = """
var stream = document.querySelector("event-stream");
stream.setAttribute("token", "of yesterday");
stream.parentElement.append(stream); // anew
"""


def test_a_deleted_batch_comes_back_by_undo(page, desk, sign_in):
    sign_in("undoer")
    ask(page)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    page.locator("batch-card").hover()
    page.get_by_role("button", name="Delete these pictures").click()
    expect(page.locator("batch-card")).to_have_count(0)
    page.get_by_role("button", name="Undo", exact=True).click()
    expect(pictures(page)).to_have_count(1)


def test_an_example_fills_the_form_and_settings_can_be_used_again(page, desk, sign_in):
    sign_in("learner")
    page.get_by_text(PROMPT).click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)
    page.get_by_label("Prompt", exact=True).press("Control+Enter")
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    page.get_by_label("Prompt", exact=True).fill("something else")
    page.locator("batch-card").hover()
    page.get_by_role("button", name="Reuse settings").click()
    expect(page.get_by_label("Prompt", exact=True)).to_have_value(PROMPT)


def test_the_last_steps_are_remembered_and_a_wrong_number_is_explained(page, desk, sign_in):
    sign_in("stepper")
    steps(page, 13)
    page.reload()
    page.locator("details[data-advanced] summary").click()
    expect(page.get_by_label("Steps", exact=True).last).to_have_value("13")
    page.get_by_label("Steps", exact=True).last.fill("500")
    expect(page.locator("[data-hint*=num_inference_steps]")).to_contain_text("40")


def test_settings_are_found_as_they_were_left_until_they_are_reset(page, desk, sign_in):
    sign_in("settler")
    choose_settings(page)
    page.get_by_label("Seed", exact=True).fill("7")
    page.goto(f"{desk.url}/gallery/")
    page.goto(f"{desk.url}/w/settler/")
    expect(page.get_by_role("radio", name="4:5")).to_be_checked()
    expect(page.get_by_role("radio", name="3", exact=True)).to_be_checked()
    expect(page.get_by_role("radio", name="Watercolour")).to_be_checked()
    expect(page.get_by_role("radio", name="Whenever")).to_be_checked()
    expect(page.get_by_label("Seed", exact=True)).to_have_value("")
    page.locator("model-panel").get_by_role("button", name="Reset", exact=True).click()
    page.reload()
    expect_the_defaults(page)


def test_settings_that_were_left_give_way_to_those_that_an_address_names(page, desk, sign_in):
    sign_in("resettler")
    page.locator("label[for=count-2]").click()
    ask(page, images=2)
    expect(pictures(page)).to_have_count(2, timeout=PATIENCE)
    choose_settings(page)
    picture = page.locator("job-tile a[data-do=open]").first.get_attribute("href").split("/")[-2]
    page.goto(f"{desk.url}/w/resettler/?reuse={picture}")
    expect(page.get_by_role("radio", name="1:1")).to_be_checked()
    expect(page.get_by_role("radio", name="2", exact=True)).to_be_checked()
    expect(page.get_by_role("radio", name="None")).to_be_checked()


def test_with_a_sign_out_what_was_left_goes_from_the_browser(page, desk, sign_in):
    """Words among it: what should not appear."""
    sign_in("leaver")
    choose_settings(page)
    kept = "Object.keys(localStorage).filter((name) => name.startsWith('settings_')).length"
    assert page.evaluate(kept) == 1
    page.get_by_role("button", name="account of").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert page.evaluate(kept) == 0


def choose_settings(page):
    page.locator("size-picker:defined").wait_for()
    page.get_by_text("4:5", exact=True).click()
    page.locator("label[for=count-3]").click()
    page.locator("style-picker label", has_text="Watercolour").click()
    page.locator("label[for=time-whenever]").click()
    page.locator("details[data-advanced] summary").click()


def expect_the_defaults(page):
    for name in ["1:1", "1", "None", "Now"]:
        expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()
    expect(page.get_by_role("button", name="Reset", exact=True)).to_have_count(0)


def test_on_a_phone_nothing_scrolls_sideways_and_a_picture_is_made(page, desk, sign_in):
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in("walker")
    sideways = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    assert not page.evaluate(sideways)
    page.get_by_role("button", name=re.compile("^Settings")).click()
    sheet = page.get_by_role("dialog")
    sheet.locator("label[for=count-2]").click()
    sheet.get_by_role("button", name="Close settings").click()
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    page.locator("#generate").get_by_role("button", name="Generate").click()
    expect(pictures(page)).to_have_count(2, timeout=PATIENCE)
    assert not page.evaluate(sideways)
