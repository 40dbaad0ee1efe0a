"""Passwords known from break-ins elsewhere, where a site names who knows them (ASVS 6.2.12)."""

import hashlib

import pytest

from accounts.models import User
from pixazo import outgoing

pytestmark = [pytest.mark.django_db, pytest.mark.once]

STOLEN = "correct horse battery staple"
DIGEST = hashlib.sha1(STOLEN.encode()).hexdigest().upper()


@pytest.fixture
def asked(monkeypatch, settings):
    """What was asked, of somebody who knows one password and pads the answer."""
    settings.STOLEN_PASSWORDS = "https://stolen.example/range/"
    seen = []

    def answer(method, url, *, headers, limit_bytes, seconds):
        seen.append((method, url, headers))
        padding = hashlib.sha1(b"only padding here").hexdigest().upper()[5:]
        lines = [f"{'0' * 35}:3", f"{padding}:0", f"{DIGEST[5:]}:12"]
        return outgoing.Answer(200, {}, "\r\n".join(lines).encode())

    monkeypatch.setattr(outgoing, "call", answer)
    return seen


def sign_up(client, password):
    form = {"email": "new@example.org", "username": "dora", "password1": password}
    page = client.post("/account/signup/", form).content.decode()
    return User.objects.filter(username="dora").exists(), page


def test_one_that_was_stolen_is_refused_and_five_digits_are_all_that_is_told(client, asked):
    is_taken, page = sign_up(client, STOLEN)
    assert not is_taken
    assert "known from a break-in" in page
    assert asked == [("GET", f"https://stolen.example/range/{DIGEST[:5]}", {"Add-Padding": "true"})]


def test_others_are_taken_and_padding_counts_for_nothing(client, asked):
    assert sign_up(client, "only padding here")[0]


@pytest.mark.parametrize(
    "away", [outgoing.Unreachable(), outgoing.TooSlow(was_sent=True), outgoing.Answer(503, {}, b"")]
)
def test_nobody_is_kept_out_where_nobody_answers(client, monkeypatch, settings, away):
    settings.STOLEN_PASSWORDS = "https://stolen.example/range/"

    def answer(*args, **kwargs):
        if isinstance(away, Exception):
            raise away
        return away

    monkeypatch.setattr(outgoing, "call", answer)
    assert sign_up(client, STOLEN)[0]


def test_nobody_is_asked_unless_the_settings_say_whom(client, asked, settings):
    settings.STOLEN_PASSWORDS = ""
    assert sign_up(client, STOLEN)[0]
    assert asked == []
