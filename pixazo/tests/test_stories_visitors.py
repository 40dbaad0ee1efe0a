"""A visitor's way at both sizes: what this is, what it can do, by whose rules, and the sign-up."""

import pytest
from playwright.sync_api import expect

from tools import screens

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# What a browser paints its own bar with: the first that fits.
AROUND = """[...document.querySelectorAll("meta[name=theme-color]")]
  .find(({ media }) => matchMedia(media || "all").matches).content"""
THEME = "document.documentElement.dataset.bsTheme"


@pytest.fixture(params=screens.SIZES)
def visitor(page, request):
    width, height = screens.SIZES[request.param]
    page.set_viewport_size({"width": width, "height": height})
    return page


def test_a_visitor_looks_around_and_begins(visitor, desk):
    page = visitor
    page.goto(desk.url)
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "From a sentence to a picture you meant"
    )
    page.locator("prompt-picture:defined").first.wait_for()
    # A picture brings its prompt, which may be changed before anything is drawn.
    picture = page.locator("prompt-picture a").first
    prompt = picture.text_content().strip()
    picture.click()
    field = page.get_by_label("What shall be drawn?")
    expect(field).to_have_value(prompt)
    expect(field).to_be_focused()

    foot = page.get_by_role("navigation", name="About this site")
    foot.get_by_role("link", name="Models").click()
    expect(page.get_by_role("heading", name="Starter, small and local")).to_be_visible()
    foot.get_by_role("link", name="Status").click()
    expect(page.get_by_role("heading", name="Drawing")).to_be_visible()
    for name in ("Terms", "Acceptable use", "Privacy", "Imprint"):
        foot.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_contain_text(name)

    page.get_by_role("link", name="Pixazo", exact=True).click()
    page.get_by_label("What shall be drawn?").fill("a green tree on snow")
    page.get_by_role("button", name="Draw it free").click()
    expect(page.get_by_role("heading", name="Create an account")).to_be_visible()
    expect(page.get_by_role("link", name="acceptable use")).to_be_visible()
    assert "a+green+tree+on+snow" in page.locator("input[name=next]").first.get_attribute("value")


def test_the_theme_stays_and_nothing_flashes(visitor, desk):
    page = visitor
    page.goto(f"{desk.url}/legal/terms/")
    choice = page.get_by_role("group", name="Look of the pages")
    choice.get_by_role("button", name="Light").click()
    assert page.evaluate(THEME) == "light"
    assert page.evaluate(AROUND) == "#ffffff"
    expect(choice.get_by_role("button", name="Light")).to_have_attribute("aria-pressed", "true")
    # The server has drawn the next page in it, before any script.
    answer = page.goto(f"{desk.url}/status/")
    assert '<html lang="en" data-bs-theme="light"' in answer.text()
    assert '<html lang="en" data-bs-theme="light"' in page.goto(f"{desk.url}/nowhere/").text()
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.goto(f"{desk.url}/status/")
    page.emulate_media(color_scheme="dark")
    choice.get_by_role("button", name="Like the browser").click()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != light
    assert page.evaluate(AROUND) == "#161618"
    page.emulate_media(color_scheme="light")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == light
    assert page.evaluate(AROUND) == "#ffffff"
