"""Signing in with an account elsewhere: where it is configured, and never into somebody else's."""

import html
import re

import pytest
from allauth.socialaccount.models import SocialAccount
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.tests.openid_stand_in import OpenId
from pixazo.tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]

MIA = {"sub": "77", "email": "mia@example.org", "email_verified": True, "preferred_username": "mia"}
BACK = "/account/with/oidc/back/"


@pytest.fixture
def school(settings):
    cache.clear()
    with OpenId() as school:
        settings.SOCIALACCOUNT_PROVIDERS = school.settings
        school.person = MIA
        yield school


def go(client, school, **form):
    """To the other site and back."""
    page = client.post("/account/with/oidc/", form).content.decode()
    address = html.unescape(re.search(r'content="0;url=([^"]+)"', page).group(1))
    assert address.startswith(f"{school.url}/authorize?")
    return client.get(BACK, school.signs_in(address))


def reset(client, email, password):
    client.post("/account/password/reset/", {"email": email})
    link = re.search(r"(/account/password/reset/key/\S+)", mail.outbox[-1].body).group(1)
    client.post(client.get(link).url, {"password1": password, "password2": password})


def is_signed_in(client):
    return client.get("/account/").status_code == 200


def test_there_are_buttons_only_where_it_is_configured(client, settings, school):
    for path in ("/account/login/", "/account/signup/"):
        assert "Go on with Our School" in client.get(path).content.decode()
    settings.SOCIALACCOUNT_PROVIDERS = {}
    for path in ("/account/login/", "/account/signup/"):
        assert "Go on with" not in client.get(path).content.decode()
    for service in ("oidc", "google", "github", "nothing"):
        assert client.post(f"/account/with/{service}/").status_code == 404
        assert client.get(f"/account/with/{service}/back/").status_code == 404


def test_a_newcomer_chooses_a_name_and_is_in_where_they_were_going(client, school):
    assert go(client, school, next="/workspaces/").url == "/account/3rdparty/signup/"
    page = client.get("/account/3rdparty/signup/").content.decode()
    assert 'value="mia"' in page
    assert "Our School has told us" in page
    form = {"username": "mia", "email": "mia@example.org"}
    assert client.post("/account/3rdparty/signup/", form).url == "/workspaces/"
    assert is_signed_in(client)
    mia = User.objects.get(username="mia")
    assert not mia.has_usable_password()
    assert mia.emailaddress_set.get().verified
    assert school.given["code_verifier"]

    again = Client()
    assert go(again, school).url == "/"
    assert is_signed_in(again)


@pytest.mark.parametrize("said_verified", [True, False])
def test_an_address_that_has_an_account_is_no_way_into_it(client, alice, school, said_verified):
    school.person = MIA | {"email": "alice@example.org", "email_verified": said_verified}
    go(client, school)
    form = {"username": "mia", "email": "alice@example.org"}
    answer = client.post("/account/3rdparty/signup/", form)
    assert answer.url == "/account/confirm-email/"  # as for any address
    assert not is_signed_in(client)
    assert not SocialAccount.objects.exists()
    assert User.objects.count() == 1
    assert mail.outbox[0].to == ["alice@example.org"]
    assert mail.outbox[0].subject == "You have an account already"
    go(client, school)
    assert not is_signed_in(client)


def test_an_address_that_the_other_site_does_not_vouch_for_is_confirmed_first(client, school):
    school.person = MIA | {"email_verified": False}
    go(client, school)
    form = {"username": "mia", "email": "mia@example.org"}
    assert client.post("/account/3rdparty/signup/", form).url == "/account/confirm-email/"
    assert not is_signed_in(client)
    assert mail.outbox[0].subject == "Confirm your e-mail address"


def test_no_other_address_than_the_one_vouched_for_is_taken(client, alice, school):
    go(client, school)
    form = {"username": "mia", "email": "alice@example.org"}
    client.post("/account/3rdparty/signup/", form)
    (address,) = User.objects.get(username="mia").emailaddress_set.all()
    assert address.email == "mia@example.org"


def test_ones_own_account_is_connected_and_disconnected(client, alice, school, settings):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    client.post("/account/login/", {"login": "alice", "password": PASSWORD})
    assert go(client, school).url == "/account/3rdparty/"
    assert mail.outbox[-1].subject == "Another account was connected"
    assert "mia@example.org" in client.get("/account/3rdparty/").content.decode()
    other = Client()
    go(other, school)
    assert other.get("/account/").context["user"] == alice
    row = SocialAccount.objects.get()
    client.post("/account/3rdparty/", {"account": row.pk})
    assert not SocialAccount.objects.exists()
    assert mail.outbox[-1].subject == "Another account was disconnected"


def test_the_only_way_in_is_not_taken_away(client, school):
    go(client, school)
    client.post("/account/3rdparty/signup/", {"username": "mia", "email": "mia@example.org"})
    row = SocialAccount.objects.get()
    page = client.post("/account/3rdparty/", {"account": row.pk}).content.decode()
    assert "Set a password first" in page
    assert SocialAccount.objects.exists()


def test_what_belongs_to_somebody_else_is_not_connected_too(client, alice, school):
    newcomer = Client()
    go(newcomer, school)
    newcomer.post("/account/3rdparty/signup/", {"username": "mia", "email": "mia@example.org"})
    client.post("/account/login/", {"login": "alice", "password": PASSWORD})
    go(client, school)
    assert SocialAccount.objects.get().user.username == "mia"
    assert "belongs to another account" in client.get("/account/3rdparty/").content.decode()


@pytest.mark.parametrize(
    "brought", [{}, {"code": "once"}, {"code": "once", "state": "of-somebody-else"}, {"error": "x"}]
)
def test_what_was_not_begun_here_signs_nobody_in(client, school, brought):
    page = client.get(BACK, brought)
    assert "That did not work" in page.content.decode()
    assert not is_signed_in(client)


def test_who_stops_over_there_is_told_what_else_to_do(client, school):
    page = client.post("/account/with/oidc/").content.decode()
    state = school.signs_in(html.unescape(re.search(r"0;url=([^\"]+)", page).group(1)))["state"]
    answer = client.get(BACK, {"error": "access_denied", "state": state}, follow=True)
    assert "You stopped over there" in answer.content.decode()


def test_a_site_that_is_away_is_said_to_be(client, school, settings):
    away = school.settings
    away["openid_connect"]["APPS"][0]["settings"]["server_url"] = "http://127.0.0.1:1"
    settings.SOCIALACCOUNT_PROVIDERS = away
    answer = client.post("/account/with/oidc/")
    assert answer.status_code == 502
    assert "be reached at present" in answer.content.decode()


def test_whoever_typed_anothers_address_does_not_come_in_with_its_owner(client, school):
    """Its owner finds an account there, sets a password of theirs, and is alone in it."""
    school.person = MIA | {"email": "", "email_verified": False}
    go(client, school)
    client.post("/account/3rdparty/signup/", {"username": "mia", "email": "owner@example.org"})
    assert SocialAccount.objects.count() == 1
    reset(Client(), "owner@example.org", PASSWORD)
    assert User.objects.get().check_password(PASSWORD)
    assert not SocialAccount.objects.exists()


def test_ones_own_stays_connected_after_a_reset(client, alice, school):
    client.post("/account/login/", {"login": "alice", "password": PASSWORD})
    go(client, school)
    reset(client, "alice@example.org", "another-long-one")
    alice.refresh_from_db()
    assert alice.check_password("another-long-one")
    assert SocialAccount.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/account/delete/", {}),
        ("/account/keys/", {"name": "Laptop", "scopes": ["read"]}),
        ("/account/email/", {"action_add": "", "email": "other@example.org"}),
        ("/account/password/set/", {"password1": PASSWORD, "password2": PASSWORD}),
        ("/account/data/", {}),
    ],
)
def test_who_has_no_password_signs_in_again_for_what_matters(client, school, path, form):
    go(client, school)
    client.post("/account/3rdparty/signup/", {"username": "mia", "email": "mia@example.org"})
    session = client.session
    session["began"] -= 11 * 60
    session.save()
    answer = client.post(path, form)
    assert answer.status_code == 403
    assert "sign in again" in answer.content.decode()
    mia = User.objects.get()
    assert mia.is_active
    assert not mia.has_usable_password()
    assert not mia.api_keys.exists()
    assert not mia.exports.exists()
    assert mia.emailaddress_set.count() == 1
    client.post("/account/logout/")
    go(client, school)
    assert client.post(path, form).status_code in {200, 302}
