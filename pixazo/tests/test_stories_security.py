"""Somebody signs up, sets up a passkey and an app, and signs in with each, in a real browser."""

import re
import time

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from playwright.sync_api import expect

from pixazo.tests.at_the_desk import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

KEEPER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def keeper(page, context):
    """What keeps a browser's passkeys, as a phone or a laptop has it built in."""
    session = context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    return session.send("WebAuthn.addVirtualAuthenticator", {"options": KEEPER})


def sign_out(page):
    page.get_by_role("button", name="account of").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()


def code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_newcomer_confirms_sets_up_factors_and_signs_in_with_them(page, desk, keeper):
    errors = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.goto(f"{desk.url}/account/signup/")
    page.get_by_label("E-mail").fill("guarded@example.org")
    page.get_by_label("Name").fill("guarded")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(re.compile("mail", re.I))
    page.goto(desk.printed(r"guarded@example.org(?s:.*?)(http://\S+/account/confirm-email/\S+)"))
    page.get_by_role("button", name="Yes, go on").click()
    expect(page.get_by_role("button", name="account of guarded")).to_be_visible()

    page.goto(f"{desk.url}/account/security/")
    expect(page.get_by_text("whoever knows your password gets in")).to_be_visible()
    page.get_by_role("link", name="Passkey: Set up").click()
    page.get_by_label("Name").fill("My laptop")
    page.locator("passkey-form:defined").wait_for()
    page.get_by_role("button", name="Make a passkey").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("a password alone does not get anybody in")).to_be_visible()

    sign_out(page)
    page.goto(f"{desk.url}/account/login/?next=/account/security/")
    page.locator("passkey-form:defined").wait_for()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("My laptop")).to_be_visible()

    page.get_by_role("link", name="Authenticator app: Set up").click()
    secret = page.get_by_label("Or type this secret").input_value()
    page.get_by_label("Code").fill(code(secret))
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_text("On, not used yet")).to_be_visible()

    sign_out(page)
    page.goto(f"{desk.url}/account/login/")
    page.get_by_label("E-mail or name").fill("guarded")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code of your app").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("This code is wrong")).to_be_visible()
    page.locator("passkey-form:defined").wait_for()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("button", name="account of guarded")).to_be_visible()
    sign_out(page)
    page.goto(f"{desk.url}/account/login/")
    page.get_by_label("E-mail or name").fill("guarded")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code of your app").fill(code(secret))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("button", name="account of guarded")).to_be_visible()
    assert errors == []
