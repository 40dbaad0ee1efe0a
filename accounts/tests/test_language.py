"""Which language a page is in, and how people choose it."""

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def language_of(response):
    return response.headers["Content-Language"]


def test_pages_are_in_english_where_nobody_says_otherwise(client):
    page = client.get("/account/login/")
    assert language_of(page) == "en"
    assert '<html lang="en"' in page.content.decode()


@pytest.mark.parametrize(
    ("asked", "got"), [("de-AT,de;q=0.9,en;q=0.5", "de"), ("fr, en;q=0.5", "en"), ("tlh", "en")]
)
def test_a_browser_gets_what_it_asks_for(client, asked, got):
    page = client.get("/account/login/", headers={"Accept-Language": asked})
    assert language_of(page) == got
    assert f'<html lang="{got}"' in page.content.decode()
    assert "Accept-Language" in page.headers["Vary"]


def test_a_choice_stands_above_what_the_browser_asks_for(client):
    response = client.post("/account/language/", {"language": "de", "next": "/account/signup/"})
    assert response.url == "/account/signup/"
    page = client.get("/account/signup/", headers={"Accept-Language": "en"})
    assert language_of(page) == "de"


@pytest.mark.parametrize("back", ["https://elsewhere.example/", "//elsewhere.example", ""])
def test_it_leads_nowhere_else(client, back):
    assert client.post("/account/language/", {"language": "de", "next": back}).url == "/"


def test_a_language_that_is_not_spoken_is_refused(client):
    refused = client.post("/account/language/", {"language": "tlh"})
    assert refused.status_code == 400
    assert "language" not in client.cookies


def test_each_page_offers_the_others_in_their_own_words(client, as_alice):
    for page in (client.get("/"), client.get("/account/login/"), as_alice.get("/account/")):
        assert 'value="de" lang="de" title="Deutsch"' in page.content.decode()


def test_no_stranger_s_language_stays_for_the_next_request(client):
    client.get("/account/login/", headers={"Accept-Language": "de"})
    assert language_of(client.get("/account/login/")) == "en"


def test_a_persons_choice_holds_on_every_device(as_alice, alice):
    as_alice.post("/account/language/", {"language": "de", "next": "/"})
    elsewhere = Client()
    elsewhere.force_login(alice)
    page = elsewhere.get("/account/", headers={"Accept-Language": "en"})
    assert language_of(page) == "de"
    # What knows nobody's preferences speaks as the page does.
    assert elsewhere.cookies["language"].value == "de"
    assert language_of(elsewhere.get("/api/")) == "de"


def test_a_persons_choice_stands_above_that_of_a_visitor_before(as_alice, alice):
    alice.preferences.create(key="language", value="en")
    as_alice.cookies["language"] = "de"
    assert language_of(as_alice.get("/account/")) == "en"


def test_a_choice_that_is_no_longer_spoken_is_passed_over(as_alice, alice):
    alice.preferences.create(key="language", value="pt-br")
    page = as_alice.get("/account/", headers={"Accept-Language": "de"})
    assert language_of(page) == "de"


def test_a_page_asks_for_preferences_once(as_alice):
    with CaptureQueriesContext(connection) as queries:
        as_alice.get("/account/")
    assert sum("accounts_preference" in query["sql"] for query in queries) == 1


def test_streams_and_pictures_look_nobody_up(as_alice):
    with CaptureQueriesContext(connection) as queries:
        as_alice.get("/events/?token=wrong")
    assert [query["sql"] for query in queries if "preference" in query["sql"]] == []


def test_without_its_database_the_site_says_when_to_come_back(as_alice, monkeypatch):
    def away(request):
        raise OperationalError("gone")

    monkeypatch.setattr("accounts.language.preferences_of", away)
    answer = as_alice.get("/account/")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
