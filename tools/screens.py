"""Pictures of every page at both sizes, dark and light: `python -m tools.screens [FOLDER]`

Starts a site of its own with somebody who has made something, visits every page as a person does
and keeps what the screen shows, to be looked at. The tests walk the same pages.
"""

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.looked_at import READY, STAFFED

THEMES = ("dark", "light")
SIZES = {"desk": (1440, 900), "phone": (390, 844)}
PASSWORD = "a-long-enough-passphrase"
# Drawn by Swagger UI, whose markup is not ours: the tests, which know axe-core, leave it out.
API = {"api": "/api/v1/docs/"}
CHAT = "01a20000-0000-7000-8000-000000000001"  # looked_at.py
PROMPT = "a {red|blue} lighthouse by the sea, watercolour"


def visitor_pages() -> dict[str, str]:
    """Name -> address, for somebody who is not signed in."""
    return {
        "landing": "/",
        "sign-in": "/account/login/",
        "sign-up": "/account/signup/",
        "password-reset": "/account/password/reset/",
        "not-found": "/nowhere/",
        "invitation": "/invitations/letter/",
        "invitation-over": "/invitations/none/",
        "models-open": "/models/",
        "explore-open": "/explore/",
        "check": "/check/",
        "pricing": "/pricing/",
        "status": "/status/",
        "help-open": "/help/new/",
        "terms": "/legal/terms/",
        "acceptable-use": "/legal/acceptable-use/",
        "privacy": "/legal/privacy/",
        "imprint": "/legal/imprint/",
    }


def pages(page: Any, base: str) -> dict[str, str]:
    """Name -> address, for the person signed in on `page`, whose pictures are drawn."""
    page.goto(f"{base}/gallery/")
    links = page.locator(".shot > a").evaluate_all("links => links.map(link => link.pathname)")
    ids = [link.rstrip("/").rpartition("/")[2] for link in links]
    page.goto(f"{base}/explore/")
    shown = page.locator(".hung > a").evaluate_all("links => links.map(link => link.pathname)")
    page.goto(f"{base}/experiments/")
    grids = page.locator("main .row-item").evaluate_all("links => links.map(link => link.pathname)")
    page.goto(f"{base}/w/northern-coast/history/")
    versions = page.locator(".history-entry > a").evaluate_all(
        "links => links.map(link => link.pathname)"
    )
    page.goto(base + links[0].partition("images/")[0])  # whatever their workspace is called
    batch = page.locator("batch-card").first.get_attribute("id").removeprefix("batch-")
    known = {
        "comments": f"/w/northern-coast/batches/{batch}/comments/",
        "chat-comments": f"/w/northern-coast/chats/{CHAT}/comments/",
        "studio": "/w/northern-coast/",
        "playground": "/image-playground/",
        "workspaces": "/workspaces/",
        "workspace-new": "/workspaces/new/",
        "workspace-history": "/w/northern-coast/history/",
        "workspace-edit": "/w/northern-coast/edit/",
        "archive": "/w/northern-coast/archive/",
        "workspace-import": "/workspaces/import/",
        "people": "/w/northern-coast/people/",
        "invitation-of-another": "/invitations/letter/",
        "gallery": "/gallery/",
        "gallery-nothing": "/gallery/?q=nowhere&rating=4",
        "gallery-going": "/gallery/going/",
        "gallery-trash": "/gallery/trash/",
        "trash": "/trash/",
        "gallery-uploads": "/gallery/uploads/",
        "picture": links[0],
        "family-tree": f"{links[0]}tree/",
        "share": f"{links[0]}share/",
        "explore": "/explore/",
        "compare": f"/compare/?of={ids[0]}&of={ids[1]}",
        "experiments": "/experiments/",
        "experiment-new": "/w/northern-coast/experiments/new/",
        "queue": "/queue/",
        "prompts": "/prompts/",
        "prompts-nothing": "/prompts/?q=nowhere",
        "prompt-new": "/prompts/new/",
        "prompts-import": "/prompts/import/",
        "themes": "/themes/",
        "theme-new": "/themes/new/",
        "styles": "/styles/",
        "style-new": "/styles/new/",
        "styles-import": "/styles/import/",
        "lists": "/lists/",
        "list-new": "/lists/new/",
        "lists-import": "/lists/import/",
        "models": "/models/",
        "profile": "/account/",
        "account-delete": "/account/delete/",
        "own-data": "/account/data/",
        "units": "/account/units/",
        "ledger": "/account/units/ledger/",
        "api-keys": "/account/keys/",
        "preferences": "/account/settings/",
        "usage": "/account/usage/",
        "staff-acts": "/account/staff/",
        "notifications": "/account/notifications/",
        "telegram": "/account/telegram/",
        "help": "/help/",
        "help-new": "/help/new/",
        "help-thread": "/help/1/",
        "services": "/account/services/",
        "plans": "/pricing/?interval=year",
        "billing": "/billing/",
        "invoices": "/billing/invoices/",
        "e-mail": "/account/email/",
        "security": "/account/security/",
        "app": "/account/2fa/totp/activate/",
        "passkey-new": "/account/2fa/webauthn/add/",
        "is-it-you": "/account/reauthenticate/",
        "safety": "/safety/",
    }
    if versions:
        known["workspace-history-version"] = versions[0]
    if shown:
        known["explore-one"] = shown[0]
    if grids:
        again = f"/w/northern-coast/experiments/new/?again={grids[0].split('/')[-2]}"
        known |= {"experiment": grids[0], "experiment-again": again}
        known |= {f"experiment-{part}": f"{grids[0]}{part}/" for part in ("compare", "ranking")}
    return known


STAFFS_OWN = {
    "staff-start": "/admin/",
    "staff-moderation": "/admin/generation/safetycase/moderate/",
    "staff-gallery": "/admin/generation/publication/moderate/",
}


def staff_pages(page: Any, base: str) -> dict[str, str]:
    """Name -> address, for the member of staff signed in on `page`."""
    known = {
        "people": "accounts/user/",
        "person": _first(page, base, "accounts/user/?q=mara"),
        "job": _first(page, base, "generation/job/"),
        "model": _first(page, base, "generation/imagemodel/?q=starter"),
        "ticket": _first(page, base, "accounts/ticket/"),
        "case": _first(page, base, "generation/safetycase/"),
        "publications": "generation/publication/",
        "acts": "accounts/staffact/",
        "chat-provider": "chat/chatprovider/add/",
        "chat-models": "chat/chatmodel/",
        "chat-answers": "chat/message/",
    }
    return STAFFS_OWN | {f"staff-{name}": f"/admin/{path}" for name, path in known.items()}


def _first(page: Any, base: str, path: str) -> str:
    """The page of a list's first row."""
    page.goto(f"{base}/admin/{path}")
    link = page.locator("#result_list tbody th a").first
    return str(link.evaluate("link => link.pathname")).removeprefix("/admin/")


def sign_in(page: Any, base: str, name: str = "mara") -> None:
    page.goto(f"{base}/account/login/")
    page.get_by_label("E-mail or name").fill(f"{name}@example.org")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "login" not in url)


def make_pictures(page: Any, base: str) -> None:
    """Two of them, a variation of one, and a small grid."""
    page.goto(f"{base}/w/northern-coast/")
    page.locator("prompt-form:defined").wait_for()
    page.get_by_label("Prompt", exact=True).fill(PROMPT)
    page.get_by_label("Prompt", exact=True).press("Control+Enter")
    finished = page.locator("job-tile[state=succeeded]")
    finished.nth(1).wait_for(timeout=240_000)
    finished.first.hover()
    finished.first.locator("[popovertarget]").click()
    page.get_by_role("menuitem", name="Vary a little").first.click()
    finished.nth(2).wait_for(timeout=240_000)
    page.goto(f"{base}/w/northern-coast/experiments/new/")
    page.locator("experiment-form:defined").wait_for()
    page.get_by_label("Axis 1").select_option("seed")
    page.locator("#values1").fill("1, 2")
    page.get_by_label("Axis 2").select_option("style")
    page.get_by_role("button", name="Pixel art").click()
    page.get_by_label("Prompt", exact=True).fill("a white boat on the sea")
    page.get_by_role("button", name="Run 2 pictures").click()
    page.locator(".xcell[data-state=made]").nth(1).wait_for(timeout=240_000)


def open_assistant(page: Any, base: str) -> None:
    page.goto(f"{base}/w/northern-coast/")
    page.locator("chat-window:defined").wait_for(state="attached")
    page.locator("[data-chat-toggle]").locator("visible=true").click()
    page.locator("chat-log article").last.wait_for()


def browser(work: Callable[[Any], None]) -> None:
    from playwright.sync_api import sync_playwright

    from conftest import CHROMIUMS
    from tools import debian

    debian.ensure("chromium")
    path = next(filter(None, map(debian.find, CHROMIUMS)))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        work(chromium)
        chromium.close()


def main() -> None:
    from pixazo.tests.desk import Desk

    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "test-results/screens")
    folder.mkdir(parents=True, exist_ok=True)
    # It is asked for nothing: the assistant's window looks as where a model answers.
    settings = {
        "GROK_API_URL": "http://127.0.0.1:9/v1",
        # And the pages of signing in as where another site may be used for it.
        "PIXAZO_GITHUB_ID": "looked-at",
        "PIXAZO_GITHUB_SECRET": "looked-at",
    }
    with tempfile.TemporaryDirectory() as data, Desk(data, **settings) as desk:  # type: ignore[no-untyped-call]
        desk.run(READY + STAFFED)
        browser(lambda chromium: _shoot(chromium, desk.url, folder))
    print(f"{len(list(folder.glob('*.png')))} pictures in {folder}")


def _shoot(chromium: Any, base: str, folder: Path) -> None:
    for size, (width, height) in SIZES.items():
        context = chromium.new_context(viewport={"width": width, "height": height})
        page = context.new_page()
        _each(page, base, visitor_pages() | API, folder, size)
        sign_in(page, base)
        if size == "desk":
            make_pictures(page, base)
        _each(page, base, pages(page, base), folder, size)
        open_assistant(page, base)
        _shots(page, folder, f"assistant-{size}")
        page.context.clear_cookies()
        sign_in(page, base, "vera")
        _each(page, base, staff_pages(page, base), folder, size)
        context.close()


def _each(page: Any, base: str, addresses: dict[str, str], folder: Path, size: str) -> None:
    for name, address in addresses.items():
        page.goto(base + address)
        _shots(page, folder, f"{name}-{size}")


def _shots(page: Any, folder: Path, name: str) -> None:
    page.wait_for_timeout(600)
    for theme in THEMES:
        page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme; }", theme)
        page.wait_for_timeout(200)  # colours fade over
        page.screenshot(path=folder / f"{name}-{theme}.png")


if __name__ == "__main__":
    main()
