"""Guessing is limited for an account and an address, whatever succeeds meanwhile; and no page tells
whether somebody has an account, by what it says or by what it does."""

import pytest
from django.conf import settings as now_set
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from pixazo.tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]

HERE, THERE = "10.0.0.1", "10.0.0.2"
TOO_MANY = "Too many failed attempts"


@pytest.fixture(autouse=True)
def nobody_tried_before():
    cache.clear()


@pytest.fixture
def hashed(monkeypatch):
    """How often a password was hashed."""
    calls = []
    encode = MD5PasswordHasher.encode

    def counted(self, *args, **kwargs):
        calls.append(1)
        return encode(self, *args, **kwargs)

    monkeypatch.setattr(MD5PasswordHasher, "encode", counted)
    return calls


def guess(login, password="a-wrong-one", place=HERE):
    client = Client(REMOTE_ADDR=place)
    return client.post("/account/login/", {"login": login, "password": password})


def said(answer):
    return answer.content.decode() if answer.status_code == 200 else answer.url


def test_an_account_is_one_by_whichever_of_its_names_it_is_tried(alice):
    alice.emailaddress_set.create(email="second@example.org", verified=True)
    names = ("alice", "ALICE", "alice@example.org", "second@example.org", "Alice@Example.org")
    for number, name in enumerate(names):
        assert TOO_MANY not in said(guess(name, place=f"10.1.0.{number}"))
    for name in ("alice", "second@example.org"):
        assert TOO_MANY in said(guess(name, PASSWORD, place="10.1.0.9"))


def test_signing_in_oneself_in_between_gives_no_more_guesses(alice, bob):
    """The owner's own sign-in does not either: it takes back its own attempt, and no other."""
    for number in range(4):
        guess("alice")
        assert guess("alice", PASSWORD, place=THERE).url == "/", number
        assert guess("bob", PASSWORD).url == "/"
    guess("alice")
    assert TOO_MANY in said(guess("alice", place="10.0.0.3"))


def test_one_place_tries_many_names_in_vain(db):
    for number in range(10):
        assert TOO_MANY not in said(guess(f"person-{number}"))
    assert TOO_MANY in said(guess("person-11"))
    assert TOO_MANY not in said(guess("person-12", place=THERE))


def test_a_header_that_nobody_vouches_for_is_no_other_place(db):
    answers = [
        Client().post(
            "/account/login/",
            {"login": f"x{number}", "password": "y"},
            headers={"X-Forwarded-For": f"10.2.0.{number}"},
        )
        for number in range(11)
    ]
    assert TOO_MANY in said(answers[-1])


def test_a_reset_lets_the_owner_in_again(alice):
    for _ in range(6):
        guess("alice", place=THERE)
    browser = Client(REMOTE_ADDR=HERE)
    browser.post("/account/password/reset/", {"email": "alice@example.org"})
    link = next(word for word in mail.outbox[0].body.split() if "/reset/key/" in word)
    form = browser.get(link.removeprefix(now_set.SITE_URL), follow=True).request["PATH_INFO"]
    new = "quite-another-phrase"
    browser.post(form, {"password1": new, "password2": new})
    assert guess("alice", new).url == "/"


@pytest.mark.parametrize("login", ["alice", "alice@example.org", "nobody", "nobody@example.org"])
def test_a_wrong_password_is_hashed_once_for_whoever_it_is(alice, hashed, login):
    page = guess(login)
    assert len(hashed) == 1
    assert "don&#x27;t belong together" in said(page)


def test_a_switched_off_account_looks_like_none_without_its_password(alice, hashed):
    User.objects.update(is_active=False)
    assert "don&#x27;t belong together" in said(guess("alice"))
    assert len(hashed) == 1


@pytest.mark.parametrize("email", ["alice@example.org", "new@example.org"])
def test_sign_up_says_and_does_the_same_for_a_used_address(alice, hashed, client, email):
    form = {"email": email, "username": "dora", "password1": PASSWORD}
    answer = client.post("/account/signup/", form)
    assert (answer.status_code, answer.url) == (302, "/account/confirm-email/")
    assert len(hashed) == 1
    assert [each.to for each in mail.outbox] == [[email]]


@pytest.mark.parametrize("email", ["alice@example.org", "new@example.org"])
def test_a_reset_says_and_does_the_same_for_an_unknown_address(alice, client, email):
    answer = client.post("/account/password/reset/", {"email": email})
    assert answer.url == "/account/password/reset/done/"
    assert [each.to for each in mail.outbox] == [[email]]


def test_an_address_of_somebody_else_is_added_like_any_other(alice, bob):
    client = Client()
    client.post("/account/login/", {"login": "alice", "password": PASSWORD})
    pages = []
    for email in ("bob@example.org", "free@example.org"):
        answer = client.post("/account/email/", {"action_add": "", "email": email})
        pages.append((answer.status_code, answer.headers.get("Location")))
        assert mail.outbox[-1].to == [email]
    assert pages[0] == pages[1]
    assert not alice.emailaddress_set.filter(email="bob@example.org", verified=True).exists()


def test_nobody_has_an_address_flooded_with_letters(alice):
    for number in range(14):
        place = f"10.3.0.{number}"
        Client(REMOTE_ADDR=place).post("/account/password/reset/", {"email": "alice@example.org"})
        cache_of_a_minute_passes()
    assert len(mail.outbox) == 10


def cache_of_a_minute_passes():
    """Forget what is counted by the minute."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM pixazo_cache WHERE cache_key LIKE '%:reset_password:%'")


def test_links_in_letters_lead_to_the_sites_own_address(alice, settings):
    settings.SITE_URL, settings.ALLOWED_HOSTS = "https://pixazo.example", ["*"]
    client = Client(headers={"Host": "evil.example"})
    client.post("/account/password/reset/", {"email": "alice@example.org"})
    client.post("/account/password/reset/", {"email": "ghost@example.org"})
    for email in ("new@example.org", "alice@example.org"):
        form = {"email": email, "username": email[:3], "password1": PASSWORD}
        client.post("/account/signup/", form)
    assert len(mail.outbox) == 4
    for letter in mail.outbox:
        assert "https://pixazo.example/account/" in letter.body
        assert "evil.example" not in letter.body


@pytest.mark.parametrize(
    ("password", "is_taken"),
    [
        ("Pixazo-2026", False),
        ("pixazo pixazo", True),
        ("  spaces all around  ", True),
        ("пароль-из-слов", True),
        ("p" * 8, False),
        ("long " * 50, True),
        ("password1", False),
    ],
)
def test_which_passwords_are_taken(client, db, password, is_taken):
    form = {"email": "new@example.org", "username": "dora", "password1": password}
    client.post("/account/signup/", form)
    assert User.objects.filter(username="dora").exists() == is_taken
    if is_taken:
        assert User.objects.get().check_password(password)
