"""A person's page: who they are here, and by which name others see them."""

import pytest

from accounts.models import Preference

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def test_it_shows_who_they_are_and_takes_a_full_name(as_alice, alice):
    page = as_alice.get("/account/").content.decode()
    assert "alice@example.org" in page
    assert as_alice.post("/account/", {"shown_name": " Alice Arden "}).url == "/account/"
    alice.refresh_from_db()
    assert alice.get_full_name() == "Alice Arden"
    assert alice.initials == "AA"
    assert "Alice Arden" in as_alice.get("/account/").content.decode()


def test_without_one_the_short_name_stands(as_alice, alice):
    as_alice.post("/account/", {"shown_name": "Alice"})
    as_alice.post("/account/", {"shown_name": ""})
    alice.refresh_from_db()
    assert (alice.get_full_name(), alice.initials) == ("", "AL")


def test_what_is_too_long_is_refused(as_alice, alice):
    assert as_alice.post("/account/", {"shown_name": "x" * 101}).status_code == 400


def test_the_zone_is_one_that_there_is(as_alice, alice):
    def choose(zone):
        return as_alice.patch("/account/preferences/", {"zone": zone}, "application/json")

    assert choose("Europe/Berlin").status_code == 200
    assert choose("Mars/Olympus").status_code == 400
    assert choose(7).status_code == 400
    assert Preference.objects.of(alice)["zone"] == "Europe/Berlin"
    assert "Europe/Berlin" in as_alice.get("/account/settings/").content.decode()
