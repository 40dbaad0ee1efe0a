"""Somebody asks staff for help, in the browser and by mail; staff answer on their own pages."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import sign_in

__all__ = ["sign_in"]

pytestmark = [pytest.mark.browser, pytest.mark.starter]

STAFF = """
from django.test import Client
from accounts.models import User
user = User.objects.welcome("{name}@example.org", "{name}", is_staff=True, is_superuser=True)
client = Client()
client.force_login(user)
print(client.cookies["sessionid"].value)
"""
# What a mail program sends: to whom it answers is in the id of the letter.
LETTER = """
from accounts.desk.incoming import receive
from accounts.models import Correspondent
row = Correspondent.objects.get(email="{name}@example.org", is_staff=False)
print(receive((
    f"From: {name}@example.org\\nTo: help@localhost\\nMessage-ID: <story-1@example.org>\\n"
    f"In-Reply-To: <help.{{row.token}}.0@localhost>\\nSubject: Re: Grey\\n\\n"
    "It was the starter model.\\n\\nOn Monday Pixazo <x@y.z> wrote:\\n> Which model was it?\\n"
).encode()))
"""


def test_a_request_is_answered_both_ways(page, browser, desk, sign_in, tmp_path):
    sign_in("ottilie")
    page.goto(f"{desk.url}/help/")
    page.get_by_role("link", name="Ask for help").click()
    page.get_by_label("What is it about?").fill("Grey pictures")
    page.get_by_label("What happened").fill("All are grey since noon.")
    log = tmp_path / "notes.txt"
    log.write_text("seed 7")
    page.get_by_label(re.compile("^Files")).set_input_files(log)
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Grey pictures")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("notes.txt"))).to_be_visible()
    expect(page.get_by_text("Waits for us", exact=True)).to_be_visible()

    with browser.new_context() as context:
        session = desk.run(STAFF.format(name="siegbert")).strip()
        context.add_cookies([{"name": "sessionid", "value": session, "url": desk.url}])
        staff = context.new_page()
        staff.goto(f"{desk.url}/admin/accounts/ticket/")
        staff.get_by_role("link", name="Grey pictures").click()
        staff.get_by_label("Text:").fill("Which model was it?")
        staff.get_by_label("Then it is:").select_option("waiting")
        staff.get_by_role("button", name="Answer", exact=True).click()
        expect(staff.get_by_text("Answered.", exact=True)).to_be_visible()

    # Their open page has it by itself, and says whose turn it is.
    expect(page.get_by_text("Which model was it?")).to_be_visible()
    expect(page.get_by_text("Waits for you", exact=True)).to_be_visible()

    assert desk.run(LETTER.format(name="ottilie")).strip() == "taken"
    expect(page.get_by_text("It was the starter model.")).to_be_visible()
    expect(page.get_by_text("by mail", exact=True)).to_be_visible()
    expect(page.get_by_text("On Monday")).to_have_count(0)
    page.get_by_role("button", name="It is settled: close").click()
    expect(page.get_by_role("heading", name="Closed. Writing opens it again.")).to_be_visible()
