"""By touch, 390 pixels wide: what is pressed is large enough, fingers do what they do elsewhere,
and "back" closes what lies over the page."""

import itertools
import re
import time

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, PROMPT, messages, pictures, sign_in
from tools import screens
from tools.targets import LEAST, SMALL

__all__ = ["sign_in"]  # a fixture

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(600)]

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@pytest.fixture
def phone(browser):
    context = browser.new_context(**PHONE)
    context.set_default_timeout(60_000)
    yield context.new_page()
    context.close()


def ask_for_two(page):
    page.locator("prompt-form:defined").wait_for()
    page.get_by_role("button", name=re.compile("^Settings")).tap()
    page.locator("label[for=count-2]").tap()
    page.get_by_role("button", name="Close settings").tap()
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    page.locator("#generate").get_by_role("button", name="Generate").tap()
    expect(pictures(page)).to_have_count(2, timeout=2 * PATIENCE)


def open_menu(button):
    """Tapped once more where the page still moved: what scrolls closes a menu."""
    for _ in range(5):
        button.tap()
        try:
            return expect(button).to_have_attribute("aria-expanded", "true", timeout=5_000)
        except AssertionError:
            continue
    raise AssertionError("The menu does not open.")


def fingers(page):
    """What moves: each place is a list of (x, y), one for each finger.

    By a clock of its own, on which two taps are a double tap however busy the machine is.
    """
    session = page.context.new_cdp_session(page)
    clock = itertools.count(time.time(), 0.02)

    def send(kind, points):
        what = {"type": kind, "touchPoints": points, "timestamp": next(clock)}
        session.send("Input.dispatchTouchEvent", what)

    def move(*places):
        for number, place in enumerate(places):
            points = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(place)]
            send("touchMove" if number else "touchStart", points)
        send("touchEnd", [])

    return move


def test_what_is_pressed_is_as_large_as_a_finger(phone, desk, sign_in):
    page = phone
    sign_in("finger", on=page)
    ask_for_two(page)
    small = []

    def look(name):
        small.extend(f"{name}: {each}" for each in page.evaluate(SMALL, LEAST))
        if page.evaluate("document.documentElement.scrollWidth") > 390:
            small.append(f"{name} is wider than the phone")

    def look_over(name, layer):
        expect(layer).to_be_visible()
        look(name)
        page.keyboard.press("Escape")
        expect(layer).to_be_hidden()

    page.get_by_role("button", name=re.compile("^Settings")).tap()
    # It slides in, and takes the keys when it is there.
    expect(page.locator("#panel:focus-within")).to_be_visible()
    look_over("settings", page.locator("#panel .panel-body"))
    page.get_by_role("link", name="Queue").last.tap()
    look_over("queue", page.get_by_role("dialog", name="Queue"))
    pictures(page).first.tap()
    look_over("viewer", page.get_by_role("dialog", name="Picture"))
    page.get_by_role("button", name=re.compile("account of")).tap()
    page.get_by_role("button", name="Keyboard shortcuts", exact=True).tap()
    look_over("keys", page.get_by_role("dialog", name="Keys that work here"))
    addresses = screens.pages(page, desk.url)
    for name, address in addresses.items():
        page.goto(desk.url + address.replace("/w/northern-coast/", "/w/finger/"))
        look(name)
    page.context.clear_cookies()
    for name, address in screens.visitor_pages().items():
        page.goto(desk.url + address)
        look(name)
    assert not small, "\n".join(small)


def test_fingers_go_through_pictures_enlarge_them_and_put_them_away(phone, desk, sign_in):
    page = phone
    sign_in("swiper", on=page)
    # With the keyboard up, as it is while somebody writes, Generate is still in sight.
    page.set_viewport_size({"width": 390, "height": 480})
    page.get_by_label("Prompt", exact=True).tap()
    button = page.locator("#generate").get_by_role("button", name="Generate")
    expect(button).to_be_in_viewport(ratio=1)
    expect(page.locator(".bottombar")).to_be_hidden()
    page.set_viewport_size(PHONE["viewport"])
    ask_for_two(page)

    move = fingers(page)
    viewer = page.get_by_role("dialog", name="Picture")
    image = viewer.locator(".stage img.fit")
    zoom = "image => Number(getComputedStyle(image).getPropertyValue('--zoom') || 1)"
    pictures(page).first.tap()
    expect(viewer).to_contain_text("1 / 2")
    box = image.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    move([(x + 100, y)], [(x + 60, y)], [(x - 40, y)], [(x - 120, y)])
    expect(viewer).to_contain_text("2 / 2")
    move([(x - 100, y)], [(x - 60, y)], [(x + 40, y)], [(x + 120, y)])
    expect(viewer).to_contain_text("1 / 2")

    # Two fingers apart enlarge, a double tap puts it back; enlarged, a finger moves it about.
    move([(x - 20, y), (x + 20, y)], [(x - 40, y), (x + 40, y)], [(x - 80, y), (x + 80, y)])
    expect(viewer.locator(".stage.is-enlarged")).to_be_visible()
    assert image.evaluate(zoom) > 2
    move([(x, y)], [(x - 30, y)], [(x - 160, y)])
    expect(viewer).to_contain_text("1 / 2")
    move([(x, y)])
    move([(x, y)])
    expect(viewer.locator(".stage.is-enlarged")).to_have_count(0)
    assert image.evaluate(zoom) == 1
    move([(x, y)], [(x, y + 30)], [(x, y + 120)], [(x, y + 200)])
    expect(viewer).to_be_hidden()

    # "Back" closes what lies over the page, and only then leaves it.
    studio = page.url
    pictures(page).first.tap()
    expect(viewer).to_contain_text("1 / 2")
    page.go_back()
    expect(viewer).to_be_hidden()
    page.get_by_role("button", name=re.compile("^Settings")).tap()
    sheet = page.locator("#panel .panel-body")
    expect(sheet).to_be_visible()
    page.go_back()
    expect(sheet).to_be_hidden()
    assert page.url.split("#")[0] == studio.split("#")[0]
    page.get_by_role("link", name="Queue").last.tap()
    drawer = page.get_by_role("dialog", name="Queue")
    expect(drawer).to_be_visible()
    drawer.get_by_role("button", name="Close").tap()
    expect(drawer).to_be_hidden()
    page.go_back()
    expect(page).not_to_have_url(studio)


SHEET = """
window.given = [];
navigator.canShare = () => true;
navigator.share = async ({ title, files, url }) => given.push([title, files?.[0].type ?? url]);
"""


def test_a_long_press_opens_the_menu_and_a_picture_is_shared(phone, desk, sign_in):
    page = phone
    page.add_init_script(SHEET)
    sign_in("presser", on=page)
    ask_for_two(page)
    tile = page.locator("job-tile").first
    tile.tap(trial=True)  # where it stays: what loads above it no longer moves it
    box = tile.bounding_box()
    finger = [{"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}]
    session = page.context.new_cdp_session(page)
    send = "Input.dispatchTouchEvent"
    session.send(send, {"type": "touchStart", "touchPoints": finger})
    expect(tile).to_have_class(re.compile("is-held"))
    session.send(send, {"type": "touchEnd", "touchPoints": []})
    menu = tile.get_by_role("menu")
    expect(menu).to_be_visible()
    expect(menu.get_by_role("menuitem", name="Start from this")).to_be_focused()
    # It was no press on the picture.
    viewer = page.get_by_role("dialog", name="Picture")
    expect(viewer).to_be_hidden()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()

    # A short one is.
    pictures(page).first.tap()
    viewer.get_by_role("button", name="Share").tap()
    page.wait_for_function("() => given.length === 1")
    assert page.evaluate("given[0][1]") == "image/png"
    # Where the device has no share sheet, the link is copied.
    page.evaluate("navigator.share = undefined")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    viewer.get_by_role("button", name="Share").tap()
    expect(messages(page)).to_contain_text("The link is copied.")
    link = page.evaluate("navigator.clipboard.readText()")
    page.goto(link)
    page.get_by_role("button", name="Share").tap()
    page.wait_for_function("() => given.length === 1")


LINES = """card => {
  const meta = card.querySelector(".meta");
  return meta.clientHeight / parseFloat(getComputedStyle(meta).lineHeight);
}"""


CHANGED = """async () => {
  const feed = document.querySelector("batch-feed");
  const { id } = document.querySelector("batch-card");
  const url = new URL(feed.getAttribute("changed"), location);
  url.searchParams.append("of", id);
  const detail = (await (await fetch(url)).text()).replaceAll("several compare", "several");
  feed.dispatchEvent(new CustomEvent("fragment", { detail }));
}"""


def test_a_card_says_its_facts_in_two_lines_and_has_a_menu(phone, desk, sign_in):
    page = phone
    sign_in("cardholder", on=page)
    ask_for_two(page)
    card = page.locator("batch-card")
    assert card.evaluate(LINES) < 2.1
    open_menu(card.get_by_role("button", name="More for these pictures"))
    expect(page.get_by_role("menuitem", name="Compare all")).to_be_visible()
    # A card that changes while its menu is open, as when its last picture is done, keeps it true.
    page.evaluate(CHANGED)
    expect(page.get_by_role("menuitem", name="Compare all")).to_have_count(0)
    expect(page.get_by_role("menuitem", name="Download all as ZIP")).to_be_visible()
    more = card.get_by_role("button", name="More for these pictures")
    expect(more).to_have_attribute("aria-expanded", "true")
    page.get_by_role("menuitem", name="Delete these pictures").tap()
    expect(card).to_have_count(0)
    messages(page).get_by_role("button", name="Undo").tap()
    expect(pictures(page)).to_have_count(2)
