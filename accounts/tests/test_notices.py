"""What a person is told on every device: kept, looked at, forgotten, and nobody else's."""

from uuid import uuid4

import pytest

from accounts.models import Notice
from accounts.models.notice import MOST
from pixazo.models import Event

pytestmark = pytest.mark.django_db

URL = "/account/notices/"


def tell(user, text="bob mentioned you: “look”", sender=None, subject=None):
    Notice.objects.tell(user, text, "/there/", sender=sender, subject=subject or uuid4())


def test_they_are_there_on_every_device_until_looked_at(as_alice, as_bob, alice, bob):
    tell(alice, sender=bob)
    told = as_alice.get(URL).json()
    assert told["unseen"] == 1
    assert told["notices"][0]["text"] == "bob mentioned you: “look”"
    assert told["notices"][0]["link"] == "/there/"
    assert as_bob.get(URL).json() == {"notices": [], "unseen": 0}
    looked = as_alice.patch(URL, {"seen": True}, content_type="application/json").json()
    assert looked["unseen"] == 0
    assert as_alice.get(URL).json()["notices"][0]["seen"]


def test_open_pages_hear_of_it(alice):
    tell(alice)
    assert Event.objects.filter(channel=alice.channel, kind="notice").count() == 1


def test_the_oldest_go(alice):
    for number in range(MOST + 3):
        tell(alice, f"Number {number}")
    texts = list(Notice.objects.values_list("text", flat=True))
    assert len(texts) == MOST
    assert texts[0] == f"Number {MOST + 2}"


def test_they_are_read_in_the_readers_language(as_alice, alice):
    tell(alice)
    told = as_alice.get(URL, headers={"Accept-Language": "de"}).json()
    assert told["notices"][0]["text"] == "bob hat dich erwähnt: „look“"


def test_all_are_forgotten_at_a_press(as_alice, alice, bob):
    tell(alice)
    tell(bob)
    assert as_alice.delete(URL).status_code == 204
    assert [row.user for row in Notice.objects.all()] == [bob]


def test_nothing_else_is_changed(as_alice, alice):
    for body in ({}, {"seen": False}, {"text": "x"}):
        assert as_alice.patch(URL, body, content_type="application/json").status_code == 400


def test_they_go_with_whoever_they_tell_of(alice, bob):
    tell(alice, sender=bob)
    bob.delete()
    assert not Notice.objects.exists()
