"""The site in another language, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PASSWORD, PATIENCE, PROMPT, pictures, sign_in

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(300)]


def test_german_is_chosen_draws_a_picture_and_stays_on_another_device(page, desk, sign_in, browser):
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    sign_in("berta")
    page.get_by_role("button", name="account of berta").click()
    page.get_by_role("button", name="Deutsch").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page).to_have_url(f"{desk.url}/w/berta/")

    # What the server says, and what the page's scripts say.
    expect(page.get_by_label("Weglassen")).to_be_attached()
    button = page.locator("#generate").get_by_role("button", name="Generieren")
    expect(button).to_contain_text("1 generieren")
    expect(page.locator("#units")).to_contain_text("noch 10")
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    button.click()
    expect(page.get_by_role("group", name="Bild 1 von 1")).to_be_visible()
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    page.get_by_role("group", name="Bild 1 von 1").get_by_role("button", name="Löschen").click()
    expect(page.get_by_role("status", name="Meldungen")).to_contain_text("im Papierkorb")
    page.get_by_role("button", name="Rückgängig").click()
    expect(pictures(page)).to_have_count(1)

    # A browser that asks for English, on which nobody has chosen anything.
    other = browser.new_context(locale="en-GB")
    try:
        device = other.new_page()
        device.goto(f"{desk.url}/account/login/")
        expect(device.locator("html")).to_have_attribute("lang", "en")
        device.get_by_label("E-mail or name").fill("berta@example.org")
        device.get_by_label("Password").fill(PASSWORD)
        device.get_by_role("button", name="Sign in", exact=True).click()
        expect(device.get_by_role("link", name="Arbeitsbereiche").first).to_be_visible()
        expect(device.locator("html")).to_have_attribute("lang", "de")
    finally:
        other.close()
    assert errors == []


def test_a_visitor_gets_what_the_browser_asks_for_and_can_choose_otherwise(browser, desk):
    context = browser.new_context(locale="de-DE", java_script_enabled=False)
    try:
        page = context.new_page()
        page.goto(f"{desk.url}/account/login/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Willkommen zurück")
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Welcome back")
        page.goto(desk.url)
        expect(page.get_by_role("link", name=re.compile("Sign in")).first).to_be_visible()
    finally:
        context.close()
