"""What the stories in a browser share: somebody who signs in at the desk, and asks for pictures."""

import re

import pytest
from playwright.sync_api import expect

PROMPT = "a red house under a full moon, night, watercolour"
PASSWORD = "a-long-enough-passphrase"
ENTERED: set[str] = set()  # the desk is shared: two stories with one person would see each other's
PATIENCE = 120_000  # milliseconds: the machine may be busy, and the model is loaded once


@pytest.fixture
def sign_in(page, desk):
    """Sign somebody in whose account is ready, and open a workspace of theirs.

    Without the form: its story is told in `test_stories.py`.
    """

    def enter(name, spent=0, on=page):
        assert name not in ENTERED, f"Another story has a person called {name}."
        ENTERED.add(name)
        session = desk.run(READY.format(name=name, spent=spent, password=PASSWORD)).strip()
        on.context.add_cookies([{"name": "sessionid", "value": session, "url": desk.url}])
        on.goto(f"{desk.url}/w/{name}/")
        expect(on.get_by_label("Prompt", exact=True)).to_be_visible()

    return enter


READY = """
from django.test import Client
from accounts.models import Preference, User
from billing.models import Account
from workspaces.models import Workspace
user = User.objects.welcome("{name}@example.org")
user.set_password("{password}")
user.save()
Preference.objects.remember(user, {{"unhurried": True}})  # the machine may be busy
Workspace.found(user, "{name}")
account = Account.objects.of(user)
account.spent = {spent}
account.save()
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value)
"""


def pause(desk, name):
    """Nothing of theirs is begun: no picture is done before a story has pressed its next button."""
    desk.run(PAUSE.format(name=name))


PAUSE = """
from accounts.models import User
from generation import queue
queue.pause(User.objects.get(email="{name}@example.org"))
"""


def pictures(page):
    return page.locator("job-tile[state=succeeded] img")


def messages(page):
    """What is said beside the page for some seconds; the bell keeps the same words."""
    return page.get_by_role("status", name="Messages")


def ask(page, prompt=PROMPT, images=1):
    # A link's click returns before the page's scripts have run, and until then keys do nothing.
    page.locator("prompt-form:defined").wait_for()
    page.get_by_label("Prompt", exact=True).fill(prompt)
    page.locator(f"label[for=count-{images}]").click()
    page.get_by_label("Prompt", exact=True).press("Control+Enter")


def choose_model(page, name):
    page.locator("model-picker:defined").wait_for()
    page.get_by_role("button", name=re.compile("^Model")).click()
    page.locator(".models-option", has_text=re.compile(f"^{name}")).first.click()
