"""A second factor: an app's codes, recovery codes, and what a passkey's address refuses."""

import json
import re
import time
from io import StringIO
from types import SimpleNamespace

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.telling.delivering import deliver_due
from pixazo.errors import UserError
from pixazo.tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]

APP = "/account/2fa/totp/activate/"
STEP = "/account/2fa/authenticate/"
SENT = {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA", "userHandle": "AAAA"}
WRONG = [
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": SENT}),
    "",
    "null",
    "1",
    "[]",
    "{}",
    '"x"',
    '{"id": 1}',
    '{"response": {"userHandle": "AAAA"}}',
]
PAGES = (
    "totp/activate totp/deactivate recovery-codes recovery-codes/generate webauthn/add"
    " reauthenticate"
)


@pytest.fixture(autouse=True)
def nobody_tried_before():
    cache.clear()


@pytest.fixture
def noon(monkeypatch):
    """The clock stands, in the middle of a step, until a test sets it on."""
    clock = [1_800_000_015.0]
    watch = SimpleNamespace(time=lambda: clock[0])
    monkeypatch.setattr("allauth.mfa.totp.internal.auth.time", watch)
    return clock


def code_of(secret, moment, steps=0):
    return format_hotp_value(hotp_value(secret, int(moment) // 30 + steps))


def sign_in(client, password=PASSWORD):
    return client.post("/account/login/", {"login": "alice", "password": password})


def is_signed_in(client):
    return client.get("/account/").status_code == 200


@pytest.fixture
def inside(client, alice):
    sign_in(client)
    return client


def set_up(client, clock):
    page = client.get(APP).content.decode()
    secret = re.search(r'id="secret" value="(\w+)"', page).group(1)
    answer = client.post(APP, {"code": code_of(secret, clock[0])})
    assert answer.url == "/account/2fa/recovery-codes/"
    return secret


def recovery_codes(client):
    return re.findall(
        r"<li>(\d{8})</li>", client.get("/account/2fa/recovery-codes/").content.decode()
    )


@pytest.mark.django_db(transaction=True)
def test_an_app_is_set_up_asked_for_at_sign_in_and_switched_off(inside, alice, noon, settings):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    assert (
        "whoever knows your password gets in" in inside.get("/account/security/").content.decode()
    )
    secret = set_up(inside, noon)
    assert "a password alone does not" in inside.get("/account/security/").content.decode()
    assert mail.outbox[-1].subject == "An authenticator app was set up"

    browser = Client()
    assert sign_in(browser).url.startswith(STEP)
    assert not is_signed_in(browser)
    noon[0] += 30
    assert browser.post(STEP, {"code": code_of(secret, noon[0])}).url == "/"
    assert is_signed_in(browser)

    browser.post("/account/2fa/totp/deactivate/")
    assert not Authenticator.objects.filter(user=alice).exists()  # recovery codes go with it
    assert mail.outbox[-1].subject == "The authenticator app was switched off"
    assert sign_in(Client()).url == "/"


def test_a_code_counts_once_while_it_is_valid(inside, noon):
    secret = set_up(inside, noon)
    noon[0] += 30
    code = code_of(secret, noon[0])
    first, second = Client(), Client()
    sign_in(first)
    sign_in(second)
    first.post(STEP, {"code": code})
    assert is_signed_in(first)
    for wait in (0, 29):  # the second is past what django-allauth itself remembers
        noon[0] += wait
        answer = second.post(STEP, {"code": f" {code[:3]} {code[3:]}"})
        assert "was used before" in answer.content.decode()
        assert not is_signed_in(second)


@pytest.mark.parametrize(
    ("steps", "gets_in"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_half_a_minute_off(inside, noon, steps, gets_in):
    secret = set_up(inside, noon)
    noon[0] += 600
    browser = Client()
    sign_in(browser)
    browser.post(STEP, {"code": code_of(secret, noon[0], steps)})
    assert is_signed_in(browser) == gets_in


def test_guessing_codes_is_stopped_whatever_the_owner_does_meanwhile(inside, noon):
    secret = set_up(inside, noon)
    thief, owner = Client(REMOTE_ADDR="10.0.0.9"), Client(REMOTE_ADDR="10.0.0.1")
    sign_in(thief)
    for guess in range(3):
        thief.post(STEP, {"code": f"{guess:06}"})
    noon[0] += 60
    sign_in(owner)
    owner.post(STEP, {"code": code_of(secret, noon[0])})
    assert is_signed_in(owner)
    for guess in range(2):
        thief.post(STEP, {"code": f"9{guess:05}"})
    noon[0] += 60
    last = thief.post(STEP, {"code": code_of(secret, noon[0])})
    assert "Too many failed attempts" in last.content.decode()
    assert not is_signed_in(thief)


def test_a_recovery_code_gets_in_once(inside, noon):
    set_up(inside, noon)
    codes = recovery_codes(inside)
    assert len(codes) == 10
    first, second = Client(), Client()
    for browser in (first, second):
        sign_in(browser)
        browser.post(STEP, {"code": codes[0]})
    assert is_signed_in(first)
    assert not is_signed_in(second)
    second.post(STEP, {"code": codes[1]})
    assert is_signed_in(second)
    assert recovery_codes(inside) == codes[2:]
    assert "8 left" in inside.get("/account/security/").content.decode()


def test_new_recovery_codes_end_the_old_ones(inside, noon):
    set_up(inside, noon)
    (old, *_) = recovery_codes(inside)
    inside.post("/account/2fa/recovery-codes/generate/")
    download = inside.get("/account/2fa/recovery-codes/download/").content.decode().split()
    assert download == recovery_codes(inside)
    browser = Client()
    sign_in(browser)
    browser.post(STEP, {"code": old})
    assert not is_signed_in(browser)


def test_a_reset_password_does_not_skip_the_second_factor(inside, noon):
    set_up(inside, noon)
    browser = Client()
    browser.post("/account/password/reset/", {"email": "alice@example.org"})
    link = re.search(r"(/account/password/reset/key/\S+)", mail.outbox[-1].body).group(1)
    form = browser.get(link, follow=True).request["PATH_INFO"]
    new = "quite-another-phrase"
    browser.post(form, {"password1": new, "password2": new})
    assert not is_signed_in(browser)
    assert sign_in(browser, new).url.startswith(STEP)
    assert not is_signed_in(browser)


def test_who_has_lost_all_of_them_is_helped_and_told(inside, alice, noon):
    with pytest.raises(CommandError, match="no second factor"):
        call_command("forget_factors", "alice")
    set_up(inside, noon)
    call_command("forget_factors", "Alice", stdout=StringIO())
    deliver_due()
    assert not Authenticator.objects.exists()
    assert not is_signed_in(inside)
    assert mail.outbox[-1].subject == "Your second factors were taken away"
    assert sign_in(Client()).url == "/"
    with pytest.raises(CommandError, match="Nobody"):
        call_command("forget_factors", "nobody")


def test_secrets_are_encrypted_and_another_secret_key_lets_nobody_in(inside, noon, settings):
    secret = set_up(inside, noon)
    assert secret not in json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
    settings.SECRET_KEY = "another"
    row = Authenticator.objects.get(type="totp")
    with pytest.raises(UserError):
        row.wrap().validate_code(code_of("", noon[0]))


def test_whoever_finds_an_open_browser_is_asked_first(client, alice, noon, monkeypatch):
    client.force_login(alice)
    session = client.session
    session["began"] -= 11 * 60
    session.save()
    for path in ("totp/activate/", "webauthn/add/"):
        answer = client.get(f"/account/2fa/{path}")
        assert answer.url.startswith("/account/reauthenticate/?next=")
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    set_up(client, noon)
    watch = SimpleNamespace(time=lambda: time.time() + 11 * 60)
    monkeypatch.setattr("allauth.account.internal.flows.reauthentication.time", watch)
    for path in ("totp/deactivate/", "recovery-codes/", "recovery-codes/download/"):
        assert client.get(f"/account/2fa/{path}").url.startswith("/account/reauthenticate/")
    assert client.post("/account/2fa/totp/deactivate/").status_code == 302
    assert Authenticator.objects.filter(type="totp").exists()


@pytest.mark.parametrize(
    "credential",
    WRONG,
)
def test_what_is_no_passkey_signs_nobody_in_and_breaks_nothing(inside, noon, credential):
    set_up(inside, noon)
    browser = Client()
    browser.get("/account/2fa/webauthn/login/", headers={"Accept": "application/json"})
    assert (
        browser.post("/account/2fa/webauthn/login/", {"credential": credential}).status_code == 302
    )
    sign_in(browser)
    browser.get(STEP)
    assert browser.post(STEP, {"credential": credential}).status_code == 200
    assert not is_signed_in(browser)
    inside.get("/account/2fa/webauthn/add/")
    answer = inside.post("/account/2fa/webauthn/add/", {"credential": credential})
    assert answer.status_code == 200
    assert not Authenticator.objects.filter(type="webauthn").exists()


@pytest.mark.parametrize("path", PAGES.split())
def test_every_page_of_it_is_ours(inside, noon, path):
    if path != "totp/activate":
        set_up(inside, noon)
    page = inside.get(f"/account/2fa/{path}/")
    assert page.status_code == 200
    assert "css/account.css" in page.content.decode()
    assert "<script>" not in page.content.decode()


@pytest.fixture
def committing(monkeypatch):
    """What waits for the end of a transaction is done at once: within the request, as it is."""
    monkeypatch.setattr("django.db.transaction.on_commit", lambda do, **how: do())


def test_the_first_factor_signs_out_whoever_was_in_without_one(inside, noon, committing):
    elsewhere = Client()
    sign_in(elsewhere)
    set_up(inside, noon)
    assert not is_signed_in(elsewhere)
    assert is_signed_in(inside)


def test_a_further_one_leaves_whoever_was_asked_for_the_first(inside, noon, alice, committing):
    Authenticator.objects.create(user=alice, type="webauthn", data={"name": "Phone"})
    elsewhere = Client()
    elsewhere.force_login(alice)
    set_up(inside, noon)
    assert is_signed_in(elsewhere)


def test_who_has_one_changes_their_address(inside, noon, alice):
    set_up(inside, noon)
    mail.outbox.clear()
    inside.post("/account/email/", {"action_add": "", "email": "new@example.org"})
    (letter,) = mail.outbox
    inside.post(re.search(r"(/account/confirm-email/\S+)", letter.body).group(1))
    inside.post("/account/email/", {"action_primary": "", "email": "new@example.org"})
    alice.refresh_from_db()
    assert alice.email == "new@example.org"
    assert is_signed_in(inside)
