"""Preferences: known ones only, each person's own, on every page with one query."""

import json
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import ApiKey, Preference
from accounts.preferences import KNOWN, MOST_BYTES

pytestmark = [pytest.mark.django_db, pytest.mark.both]

ADDRESS = "/account/preferences/"


def change(client, values, **headers):
    body = values if isinstance(values, str) else json.dumps(values)
    return client.patch(ADDRESS, body, content_type="application/json", headers=headers)


def on_page(page):
    block = r'<script id="preferences" type="application/json">(.*?)</script>'
    return json.loads(re.search(block, page.content.decode()).group(1))


def test_a_newcomer_has_the_defaults(as_alice):
    values = as_alice.get(ADDRESS).json()
    assert values == {key: known.default for key, known in KNOWN.items()}
    assert values["theme"] == "dark"
    assert values["letter_keys"] is True


def test_every_default_passes_its_own_rule():
    wrong = [k for k, known in KNOWN.items() if known.default is not None]
    assert [k for k in wrong if not KNOWN[k].is_fine(KNOWN[k].default)] == []


def test_what_is_chosen_is_on_every_page_of_that_person_alone(as_alice, as_bob):
    chosen = {"theme": "light", "key_map": {"queue": "x"}, "language": "de"}
    answer = change(as_alice, chosen)
    assert answer.status_code == 200
    assert answer.json() | chosen == answer.json()
    for page in ("/account/", "/workspaces/"):
        assert on_page(as_alice.get(page)) == answer.json()
    assert on_page(as_bob.get("/account/"))["theme"] == "dark"


def test_a_change_leaves_the_others_and_null_is_the_default_again(as_alice, alice):
    change(as_alice, {"theme": "light", "sound:drawn": True})
    change(as_alice, {"theme": "system"})
    assert change(as_alice, {"theme": None}).json()["theme"] == "dark"
    assert as_alice.get(ADDRESS).json()["sound:drawn"] is True
    assert list(alice.preferences.values_list("key", "value")) == [("sound:drawn", True)]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"colour": "red"}, "There is no preference “colour”"),
        ({"theme": "pink"}, "one of dark, light, system"),
        ({"letter_keys": "yes"}, "true or false"),
        ({"sound:drawn": 1}, "true or false"),
        ({"long_minutes": 0}, "a whole number from 1 to 1440"),
        ({"long_minutes": True}, "a whole number from 1 to 1440"),
        ({"key_map": ["a"]}, "an object of up to 200 texts"),
        ({"key_map": {"queue": 7}}, "an object of up to 200 texts"),
        ({"key_map": {f"{n:040}": "x" * 40 for n in range(200)}}, "too long"),
        ({"language": "de; drop"}, "a language's code"),
        ({"studio_model": "x" * 101}, "up to 100 characters"),
        ({"studio_model": "a\x00b"}, "up to 100 characters"),
        ({"studio_model": "a\ud800b"}, "No text may hold NUL or half a character"),
        ({"model_picker_closed_groups": {"a": 1}}, "a list of up to 100 texts"),
    ],
)
def test_what_will_not_do_is_refused_in_words_and_nothing_is_kept(as_alice, values, sentence):
    answer = change(as_alice, {"hints": False} | values)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]["message"]
    assert not Preference.objects.exists()


def test_the_largest_value_is_bounded():
    assert len(json.dumps({f"{n:040}": "x" * 40 for n in range(200)})) > MOST_BYTES


@pytest.mark.parametrize("body", ["[]", "{", '"theme"', '{"theme": NaN}'])
def test_a_body_that_is_no_object_is_refused(as_alice, body):
    assert change(as_alice, body).status_code == 400


def test_it_needs_a_person_and_the_pages_own_token(client, alice):
    assert client.get(ADDRESS).status_code == 401
    assert change(client, {"theme": "light"}).status_code == 401
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    assert change(strict, {"theme": "light"}).status_code == 403
    strict.get("/account/")
    token = strict.cookies["csrftoken"].value
    assert change(strict, {"theme": "light"}, **{"X-CSRFToken": token}).status_code == 200


def test_a_program_may_use_its_key(client, alice):
    _, key = ApiKey.issue(alice, "Laptop")
    assert change(client, {"hints": False}, Authorization=f"Bearer {key}").status_code == 200
    assert alice.preferences.get().value is False


def test_a_row_of_a_key_that_is_gone_is_not_shown(as_alice, alice):
    alice.preferences.create(key="old", value=1)
    assert "old" not in as_alice.get(ADDRESS).json()


def test_a_page_asks_once(as_alice):
    with CaptureQueriesContext(connection) as asked:
        as_alice.get("/account/")
    assert sum("accounts_preference" in each["sql"] for each in asked.captured_queries) == 1


def test_a_visitors_page_has_none(client):
    assert 'id="preferences"' not in client.get("/").content.decode()


def test_the_page_of_preferences_has_what_is_chosen_there(as_alice, client):
    page = as_alice.get("/account/settings/").content.decode()
    for part in ("theme-choice", "/account/notifications/", 'name="hints"', "key-list"):
        assert part in page
    assert client.get("/account/settings/").status_code == 302
