"""Two people talk about a picture, in two browsers: by keyboard on one, on a phone on the other."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PATIENCE, ask, pictures, sign_in

__all__ = ["sign_in"]

pytestmark = [pytest.mark.browser, pytest.mark.starter]

JOIN = """
from accounts.models import User
from workspaces.models import Membership, Workspace
Membership.objects.create(
    workspace=Workspace.objects.get(name="{place}"),
    user=User.objects.get(username="{name}"),
    role="viewer",
)
"""


def test_two_people_talk_about_a_picture(page, browser, desk, sign_in):
    sign_in("corinna")
    ask(page)
    expect(pictures(page)).to_have_count(1, timeout=PATIENCE)
    with browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True) as context:
        phone = context.new_page()
        sign_in("konrad", on=phone)
        desk.run(JOIN.format(place="corinna", name="konrad"))
        address = page.locator("job-tile a[data-do=open]").get_attribute("href")
        phone.goto(desk.url + address)
        phone.locator("comment-thread:defined").wait_for()

        # She writes by keyboard in the studio's viewer, and names him.
        page.locator("job-tile a[data-do=open]").press("Enter")
        field = page.get_by_role("textbox", name="Write a comment")
        field.focus()
        page.keyboard.type("Is the moon too large, @kon")
        offers = page.get_by_role("listbox", name="Members")
        expect(offers.get_by_role("option", name="@konrad")).to_be_visible()
        page.keyboard.press("Enter")
        expect(field).to_have_value("Is the moon too large, @konrad ")
        page.keyboard.type("?")
        page.keyboard.press("Control+Enter")
        expect(said(page, "too large")).to_be_visible()
        expect(field).to_have_value("")

        # His open page shows it, and his bell has it.
        expect(said(phone, "too large")).to_be_visible()
        phone.get_by_role("button", name="Messages so far").tap()
        kept = phone.get_by_role("link", name=re.compile("corinna mentioned you"))
        assert kept.get_attribute("href").startswith(f"{address}#comment-")
        phone.keyboard.press("Escape")
        thread = phone.get_by_role("region", name="Thread of corinna")
        thread.get_by_role("button", name="Reply").tap()
        phone.get_by_role("textbox", name="Your reply").fill("No, it is near.")
        thread.locator("form").last.get_by_role("button", name="Reply").tap()
        expect(said(phone, "No, it is near.")).to_be_visible()
        wide = "document.documentElement.scrollWidth - window.innerWidth"
        assert phone.evaluate(wide) <= 0

        # What she writes outlives what he says meanwhile.
        field.focus()
        page.keyboard.type("Then")
        thread.get_by_role("button", name="Reply").tap()
        phone.get_by_role("textbox", name="Your reply").fill("Really.")
        thread.locator("form").last.get_by_role("button", name="Reply").tap()
        expect(said(page, "Really.")).to_be_visible()
        expect(field).to_have_value("Then")
        expect(field).to_be_focused()
        page.keyboard.press("Escape")
        expect(page.get_by_role("region", name="Comments")).to_be_focused()

        # Resolved by keyboard; his page knows, and keeps what he is writing there.
        thread.get_by_role("button", name="Reply").first.tap()
        reply = phone.get_by_role("textbox", name="Your reply")
        reply.fill("Not sent yet")
        page.get_by_role("button", name="Resolve").focus()
        page.keyboard.press("Enter")
        expect(page.get_by_text("1 resolved")).to_be_visible()
        expect(phone.get_by_text("1 resolved")).to_be_visible()
        expect(reply).to_have_value("Not sent yet")
        page.keyboard.press("Escape")
        expect(page.locator("job-tile .mark")).to_have_count(0)


def said(page, words):
    """A comment's own words: the form that changes them has them, too."""
    return page.locator(".comment-words").filter(has_text=words)
