"""Every page at both sizes, in a real browser: nothing that axe-core finds in the dark or the light
theme, nothing wider than the screen, no error of a script, nothing that its own policy forbids."""

from pathlib import Path

import pytest

from pixazo.tests.desk import ROOT
from tools import screens

pytestmark = [pytest.mark.browser, pytest.mark.starter, pytest.mark.timeout(900)]

AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES = {"type": "tag", "values": TAGS}
# What a theme can change; all else is the same page.
COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
# What moves is put to its end: waiting for it would be waiting for frames, of which an idle browser
# draws none.
AT_REST = """
  const isFinite = ({ effect }) => Number.isFinite(effect.getComputedTiming().endTime);
  for (const moving of document.getAnimations().filter(isFinite)) moving.finish();
"""
THEME = f"(theme) => {{ document.documentElement.dataset.bsTheme = theme; {AT_REST} }}"
SETTLED = f"() => {{ {AT_REST} }}"
LOOK = """async (runOnly) => {
  const { violations } = await axe.run(document, { runOnly, resultTypes: ["violations"] });
  const place = ({ html }) => html.slice(0, 160);
  // What a menu covers in part is as large as ever once it is closed.
  const menu = document.querySelector(".dropdown-menu.show");
  const isCovered = ({ target }) => menu && !menu.contains(document.querySelector(target[0]));
  const whole = ({ id, nodes }) => nodes.filter((each) => id !== "target-size" || !isCovered(each));
  return violations
    .map((each) => [each.id, whole(each)])
    .filter(([, nodes]) => nodes.length)
    .map(([id, nodes]) => `${id}: ${nodes.slice(0, 3).map(place).join(" | ")}`);
}"""
WATCH = """
window.forbidden = [];
document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
  window.forbidden.push(`${violatedDirective} ${blockedURI}`));
"""


def looked_at(page, base, addresses):
    """What is wrong with each page, in words. Each is loaded once and seen at both sizes."""
    axe = Path(AXE).read_text()
    wrong = []
    for name, address in addresses.items():
        resize(page, "desk")
        page.goto(base + address)
        page.wait_for_load_state("networkidle")
        page.evaluate(axe)  # past the policy, which would not let it in as a script of the page
        for size, theme in (("desk", ""), ("phone", ""), ("phone", "light"), ("desk", "light")):
            width = resize(page, size)
            if theme:
                page.evaluate(THEME, theme)
            found = page.evaluate(LOOK, COLOURS if theme else RULES)
            wrong += [f"{name}, {size} {theme}: {finding}" for finding in found]
            wide = page.evaluate("document.documentElement.scrollWidth")
            wrong += [f"{name}: {wide} pixels wide"] if wide > width else []
        wrong += [f"{name}: forbidden {each}" for each in page.evaluate("window.forbidden")]
    return wrong


def resize(page, size):
    """Answer how wide it is then; what moves for that comes to rest."""
    width, height = screens.SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    page.evaluate(SETTLED)
    return width


def looked_over(page, base):
    """What is wrong with what lies over the studio while it is open: drawers, dialogs, menus."""
    layers = {
        "queue": page.locator("#queue-badge, [data-opens=queue]").locator("visible=true"),
        "viewer": page.locator("job-tile[state=succeeded] > a"),
        "account menu": page.get_by_role("button", name="account of"),
        "bell": page.get_by_role("button", name="Messages so far"),
        "menu of a picture": page.locator("job-tile[state=succeeded] [popovertarget]"),
        "settings": page.locator("[aria-controls=panel]").locator("visible=true"),
        "topics": page.locator("[aria-controls=topics]").locator("visible=true"),
        "assistant": page.locator("[data-chat-toggle]").locator("visible=true"),
    }
    wrong = []

    def look(name):
        page.evaluate(axe)
        wrong.extend(f"{name}: {finding}" for finding in page.evaluate(LOOK, RULES))

    axe = Path(AXE).read_text()
    page.goto(f"{base}/w/northern-coast/")
    page.locator("key-help:defined").wait_for(state="attached")
    for name, opener in layers.items():
        if not opener.count():
            continue  # beside the page at this size
        page.locator("job-tile").first.hover()
        opener.first.click()
        page.wait_for_load_state("networkidle")
        page.evaluate(SETTLED)
        look(name)
        page.keyboard.press("Escape")
    page.locator("main").focus()
    page.keyboard.press("?")
    page.get_by_role("button", name="Change the key for: Generate", exact=True).click()
    look("keys")
    return wrong


@pytest.fixture(scope="module")
def made(desk):
    desk.run(screens.READY + screens.STAFFED)
    return []


@pytest.fixture(autouse=True)
def watched(page):
    """Errors are found at the end of the story."""
    errors = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.add_init_script(WATCH)
    yield
    assert errors == []


def enter(page, desk, made):
    screens.sign_in(page, desk.url)
    if not made:
        screens.make_pictures(page, desk.url)
        made.append(True)


def test_every_page_is_for_everybody(page, desk, made):
    wrong = looked_at(page, desk.url, screens.visitor_pages())
    enter(page, desk, made)
    wrong += looked_at(page, desk.url, screens.pages(page, desk.url))
    assert not wrong, "\n".join(wrong)


@pytest.mark.usefixtures("made")
def test_staffs_own_pages_are_for_everybody(page, desk):
    """The lists and forms are Django's, with what axe-core has to say of them."""
    screens.sign_in(page, desk.url, "vera")
    wrong = looked_at(page, desk.url, screens.STAFFS_OWN)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("size", screens.SIZES)
def test_what_lies_over_a_page_is_for_everybody(page, desk, made, size):
    resize(page, size)
    enter(page, desk, made)
    wrong = looked_over(page, desk.url)
    assert not wrong, "\n".join(wrong)
