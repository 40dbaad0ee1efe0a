"""Paying, as a person does it in a browser: the site, the stand-in for Stripe, and back."""

import re

import pytest
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import sign_in
from pixazo.tests.processes import until

pytestmark = pytest.mark.browser
__all__ = ["sign_in"]

HEARD = """
from billing.models import StripeEvent
print(StripeEvent.objects.filter(kind="customer.subscription.updated", state="done").count())
"""


def test_from_the_end_of_the_units_to_a_plan_and_to_its_end(page, desk, sign_in):
    sign_in("payer", spent=10)
    # What still works, when there are new units, and then the way to more.
    expect(page.locator("#why-not")).to_contain_text("00:00 UTC")
    page.get_by_role("link", name="Compare plans").click()
    expect(page.get_by_role("heading", name="Plans", exact=True)).to_be_visible()
    page.get_by_text("Yearly", exact=True).click()
    expect(page.get_by_text("$90.00").locator("visible=true").first).to_be_visible()
    page.get_by_text("Monthly", exact=True).click()
    page.get_by_role("button", name="Choose Pro").locator("visible=true").click()

    # At the stand-in, with a card that is declined and one that pays.
    expect(page.get_by_role("note")).to_contain_text("no money moves")
    page.get_by_label("is declined").check()
    page.get_by_role("button", name="Pay 9.00 USD").click()
    expect(page.get_by_role("alert")).to_have_text("Your card was declined.")
    page.get_by_label("4242").check()
    page.get_by_role("button", name="Pay 9.00 USD").click()
    expect(page.get_by_text("Paid. You are on Pro now.")).to_be_visible()
    expect(page.get_by_title(re.compile("of 100 units left today"))).to_contain_text("90 left")

    # A larger one, and what it costs before it is taken.
    page.get_by_role("link", name="Change plan").click()
    page.get_by_role("link", name="Change to All Inclusive").locator("visible=true").click()
    page.get_by_role("button", name="Change and pay $10.00").click()
    expect(page.get_by_text("$19.00 a month. Renews on")).to_be_visible()

    # Its end, at Stripe's own page; and the way back, at ours.
    page.get_by_role("button", name="Payment method").click()
    page.get_by_role("button", name="Cancel at the end of the period").click()
    expect(page.get_by_text("Done.")).to_be_visible()
    page.get_by_role("link", name="Back to the site").click()
    expect(page.get_by_text("After that you are on Free.")).to_be_visible()
    page.get_by_role("button", name="Keep the plan").click()
    expect(page.get_by_text("Renews on")).to_be_visible()
    page.get_by_role("button", name="End at the end of the period").click()
    expect(page.get_by_text("After that you are on Free.")).to_be_visible()

    # The events of all this came as well, signed, and were understood.
    until(lambda: int(desk.run(HEARD)) > 0)

    page.get_by_role("link", name="Invoices").click()
    expect(page.get_by_role("row").filter(has_text="$9.00")).to_contain_text("Paid")
    with page.expect_download() as file:
        page.get_by_role("link", name=re.compile("as PDF")).last.click()
    assert file.value.path().read_bytes().startswith(b"%PDF")
