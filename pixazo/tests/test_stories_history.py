"""What was changed comes back, after a look at the words that would come."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import messages, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter]


def test_a_theme_says_again_what_it_said(page, desk, sign_in):
    sign_in("chronicler")
    page.goto(f"{desk.url}/themes/new/")
    page.get_by_label("Name").fill("Noon")
    page.get_by_label("Base prompt").fill("low sun over the sea")
    page.get_by_label("Where it can be chosen").select_option(label="chronicler")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Edit Noon").click()
    page.get_by_label("Base prompt").fill("midnight")
    page.get_by_role("button", name="Save").click()
    page.wait_for_url(f"{desk.url}/themes/")

    page.goto(f"{desk.url}/w/chronicler/history/")
    first = page.get_by_role("listitem").filter(has_text="Noon").filter(has_text="created by")
    first.get_by_role("link", name=re.compile("Restore this version")).click()
    words = page.get_by_role("row", name=re.compile("^Base prompt"))
    expect(words.get_by_role("cell").nth(0)).to_have_text("midnight")
    expect(words.get_by_role("cell").nth(1)).to_have_text("low sun over the sea")
    page.get_by_role("link", name="Cancel").click()
    first.get_by_role("link", name=re.compile("Restore this version")).click()
    page.get_by_role("button", name="Restore this version").click()
    expect(messages(page)).to_contain_text("“Noon” is again as it was.")
    said = page.get_by_role("listitem").filter(has_text="changed by chronicler").first
    expect(said.locator("ins")).to_have_text("low sun over the sea")
