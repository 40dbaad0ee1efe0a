"""Stories about what people give to others, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, PROMPT, ask, messages, pictures, sign_in

__all__ = ["sign_in"]

pytestmark = [pytest.mark.browser, pytest.mark.starter]


def test_a_link_shows_a_guest_what_it_says_until_it_is_revoked(page, browser, sign_in):
    sign_in("sharer")
    ask(page)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    page.locator("job-tile").hover()
    page.get_by_role("button", name="More for image 1").click()
    page.get_by_role("menuitem", name="Share by a link").click()
    page.locator("main form").first.get_by_text("The picture and its prompt").click()
    page.get_by_role("textbox", name=re.compile("^Password")).fill("open sesame")
    page.get_by_role("button", name="Make a link").click()
    address = page.get_by_role("textbox", name="Address").input_value()

    with browser.new_context() as context:
        guest = context.new_page()
        guest.goto(address)
        guest.get_by_label("Password").fill("guess")
        guest.get_by_role("button", name="Show the picture").click()
        expect(guest.get_by_text("This is not the password.")).to_be_visible()
        guest.get_by_label("Password").fill("open sesame")
        guest.get_by_role("button", name="Show the picture").click()
        expect(guest.get_by_text(PROMPT)).to_be_visible()
        shown = guest.get_by_role("img", name=PROMPT)
        assert shown.evaluate(
            "async (image) => { await image.decode(); return image.naturalWidth; }"
        )
        with guest.expect_download() as download:
            guest.get_by_role("link", name="Download").click()
        assert download.value.suggested_filename.endswith(".png")

        page.reload()
        expect(page.get_by_text("Opened 1 time")).to_be_visible()
        page.get_by_role("button", name="Revoke").click()
        page.wait_for_timeout(700)  # sooner it would be a double click
        page.get_by_role("button", name="Really?").click()
        expect(page.get_by_role("textbox", name="Address")).to_have_count(0)
        assert guest.goto(address).status == 404


def test_a_picture_is_shown_to_everybody_liked_and_remixed(page, browser, desk, sign_in):
    sign_in("publisher")
    ask(page)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    page.locator("job-tile").hover()
    page.get_by_role("button", name="More for image 1").click()
    page.get_by_role("menuitem", name="Share by a link").click()
    page.get_by_text("Into the public gallery").click()
    publish = page.locator("#publish")
    publish.get_by_text("All that, and others may remix it").click()
    publish.get_by_label("With my name").check()
    page.get_by_role("button", name="Show it to everybody").click()
    ours = page.get_by_role("region", name="The public gallery")
    expect(ours.get_by_text("Staff look at it first")).to_be_visible()
    desk.run(LET_IN)

    with browser.new_context(viewport={"width": 390, "height": 844}) as context:
        other = context.new_page()
        other.goto(f"{desk.url}/explore/")
        expect(other.get_by_role("link", name="Sign in to like it")).to_be_visible()
        sign_in("remixer", on=other)
        other.goto(f"{desk.url}/explore/")
        other.get_by_role("button", name="I like it").click()
        expect(other.get_by_role("button", name="I like it: 1", pressed=True)).to_be_visible()
        other.get_by_role("link", name=PROMPT).click()
        expect(other.get_by_text("By publisher", exact=True)).to_be_visible()
        other.get_by_role("link", name="Remix").click()
        prompt = other.get_by_label("Prompt", exact=True)
        expect(prompt).to_have_value(PROMPT)
        prompt.press("Control+Enter")
        expect(pictures(other)).to_have_count(1, timeout=PATIENCE)
        pictures(other).click()
        expect(other.get_by_text("a picture by publisher")).to_be_visible()

    page.reload()
    expect(ours.get_by_text("One person likes it.")).to_be_visible()
    ours.get_by_role("button", name="Take it out").click()
    expect(messages(page).get_by_text("It is in the public gallery no longer.")).to_be_visible()


LET_IN = """
from accounts.models import User
from generation.models import Publication
staff = User.objects.welcome("curator@example.org")
print([row.let_in(staff) for row in Publication.objects.filter(author__username="publisher")])
"""
