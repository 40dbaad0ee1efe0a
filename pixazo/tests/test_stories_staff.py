"""A day of staff: how the site is doing, a person who asks, the site as they see it, a refund."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import ask, pictures, sign_in  # noqa: F401  a fixture

pytestmark = pytest.mark.browser

STAFF = """
from accounts.models import User
User.objects.filter(username="{name}").update(is_staff=True, is_superuser=True)
"""


def test_a_day_of_staff(page, browser, desk, sign_in):  # noqa: F811
    with browser.new_context() as theirs:
        person = theirs.new_page()
        sign_in("isolde", on=person)
        ask(person)
        expect(pictures(person)).to_have_count(1, timeout=120_000)

        sign_in("stella")
        desk.run(STAFF.format(name="stella"))
        page.goto(f"{desk.url}/admin/")
        made = page.get_by_role("region", name="Pictures", exact=True).locator("dd").first
        expect(made).to_contain_text(re.compile("[1-9]"))
        expect(page.locator("figure-chart canvas").first).to_be_visible()
        page.get_by_text("As a table").first.click()
        expect(page.get_by_role("columnheader", name="Failed").first).to_be_visible()

        page.goto(f"{desk.url}/admin/accounts/user/?q=isolde")
        page.get_by_role("link", name="isolde", exact=True).click()
        expect(page.get_by_role("heading", name="Plan and units")).to_be_visible()
        history = page.get_by_role("link", name="History").bounding_box()
        form = page.locator("#user_form").bounding_box()
        assert history["y"] + history["height"] <= form["y"], "It stands beside the form."
        below = page.locator("form.module").bounding_box()
        assert below["y"] >= form["y"] + form["height"], "The form below lies under the page's."
        page.get_by_label("Why:").fill("She asked why her picture is so dark")
        page.get_by_role("button", name="See the site as isolde").click()
        bar = page.get_by_role("region", name="Looking as somebody else")
        expect(bar).to_contain_text("isolde")
        page.goto(f"{desk.url}/w/isolde/")
        expect(pictures(page)).to_have_count(1)
        page.goto(f"{desk.url}/account/keys/")
        expect(page.get_by_text("This page is the person's alone.")).to_be_visible()
        page.goto(f"{desk.url}/w/isolde/")
        bar.get_by_role("button", name="Stop looking").click()
        page.wait_for_url("**/admin/accounts/user/**")
        expect(bar).to_have_count(0)

        latest = page.get_by_role("table", name="The latest").get_by_role("link").first
        latest.click()
        page.get_by_label("Why:").fill("It was too dark")
        page.get_by_role("button", name="Give the units back").click()
        expect(page.get_by_text("Refunded: 1.")).to_be_visible()

        person.goto(f"{desk.url}/account/staff/")
        for said in ("Returned the units: 1.", "Why: It was too dark", "Stopped looking"):
            expect(person.get_by_text(said).first).to_be_visible()
