"""Passwords are hashed one at a time, and a crowd is told to come back."""

import threading
import time

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, make_password

from accounts import hashers
from pixazo.errors import UserError

pytestmark = pytest.mark.once
HASHERS = ["accounts.hashers.Argon2Hasher"]


@pytest.fixture(autouse=True)
def real(settings):
    settings.PASSWORD_HASHERS = HASHERS


def test_a_password_is_kept_as_argon2id_at_the_least_that_owasp_asks():
    kept = make_password("a-long-enough-passphrase")
    assert kept.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert check_password("a-long-enough-passphrase", kept)
    assert not check_password("another", kept)


@pytest.mark.parametrize("password", ["ä ö ü 😀 " * 30, "a" * 10_000, " leads and trails "])
def test_every_letter_of_a_long_one_counts(password):
    kept = make_password(password)
    assert check_password(password, kept)
    assert not check_password(password[:-1], kept)


def test_a_crowd_is_hashed_one_by_one_and_the_rest_is_told_to_come_back(monkeypatch):
    at_it, most, goes_on = [], [], threading.Event()

    def slow(self, password, encoded):
        at_it.append(1)
        most.append(len(at_it))
        goes_on.wait(20)
        at_it.pop()
        return True

    monkeypatch.setattr(Argon2PasswordHasher, "verify", slow)
    told = []

    def one():
        try:
            told.append(hashers.Argon2Hasher().verify("x", "y"))
        except UserError as error:
            told.append(error.status)

    crowd = [threading.Thread(target=one) for _ in range(hashers.MOST_WAITING + 5)]
    for thread in crowd:
        thread.start()
    deadline = time.monotonic() + 20
    while len(told) < 5 and time.monotonic() < deadline:
        time.sleep(0.01)
    assert told == [503] * 5
    goes_on.set()
    for thread in crowd:
        thread.join(20)
    assert told.count(True) == hashers.MOST_WAITING
    assert max(most) == 1
    assert hashers.Argon2Hasher().verify("x", "y")  # nobody's turn was lost
