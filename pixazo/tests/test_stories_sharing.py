"""Stories about what people give to others, in a browser."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, PROMPT, ask, pictures, sign_in

__all__ = ["sign_in"]

pytestmark = [pytest.mark.browser, pytest.mark.starter]


def test_a_link_shows_a_guest_what_it_says_until_it_is_revoked(page, browser, sign_in):
    sign_in("sharer")
    ask(page)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    page.locator("job-tile").hover()
    page.get_by_role("button", name="More for image 1").click()
    page.get_by_role("menuitem", name="Share by a link").click()
    page.get_by_text("The picture and its prompt").click()
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
        expect(page.get_by_text("Looked at once")).to_be_visible()
        page.get_by_role("button", name="Revoke").click()
        page.get_by_role("button", name="Really?").click()
        expect(page.get_by_role("textbox", name="Address")).to_have_count(0)
        assert guest.goto(address).status == 404
