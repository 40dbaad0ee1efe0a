"""API keys: named, shown once, listed by their first letters, revoked."""

import json
import re
from html import unescape
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.models import ApiKey, User
from accounts.views.keys import MOST_KEYS

pytestmark = pytest.mark.django_db


def make(client, name="Laptop"):
    return client.post("/account/keys/", {"name": name, "scopes": ["read", "generate"]})


def key_on(page):
    return re.search(r'value="(pxz_[^"]+)"', page.content.decode()).group(1)


def test_a_new_key_is_shown_once_and_works(as_alice, alice, client):
    page = make(as_alice)
    key = key_on(page)
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert ApiKey.find(key).user == alice
    later = as_alice.get("/account/keys/").content.decode()
    assert "Laptop" in later
    assert key[:12] in later
    assert key not in later


def test_only_a_prefix_and_a_digest_are_kept(as_alice):
    key = key_on(make(as_alice))
    row = ApiKey.objects.values().get()
    assert key not in map(str, row.values())
    assert row["prefix"] == key[:12]


def test_a_revoked_key_is_gone_from_the_list_and_works_no_more(as_alice, client):
    key = key_on(make(as_alice))
    bearer = {"Authorization": f"Bearer {key}"}
    assert client.get("/api/queue", headers=bearer).status_code == 200
    row = ApiKey.objects.get()
    assert as_alice.post(f"/account/keys/{row.pk}/revoke/").url == "/account/keys/"
    assert client.get("/api/queue", headers=bearer).status_code == 401
    assert "Laptop" not in as_alice.get("/account/keys/").context["keys"].values_list(
        "name", flat=True
    )


def test_strangers_can_not_revoke_it(as_alice, as_charlie):
    make(as_alice)
    row = ApiKey.objects.get()
    assert as_charlie.post(f"/account/keys/{row.pk}/revoke/").status_code == 404
    row.refresh_from_db()
    assert row.revoked is None


def test_a_key_needs_a_name(as_alice):
    assert make(as_alice, " ").status_code == 400
    assert not ApiKey.objects.exists()


def test_there_is_a_most_of_keys(as_alice, alice):
    for number in range(MOST_KEYS):
        ApiKey.issue(alice, str(number))
    answer = make(as_alice)
    assert answer.status_code == 400
    assert "Revoke one that is no longer used" in answer.content.decode()


def test_of_two_asked_for_at_once_the_later_counts_the_first(as_alice, monkeypatch):
    """The person is held before their keys are counted, in one transaction with the new one."""
    asked = []
    held = User.objects.select_for_update

    def hold(**how):
        asked.append(ApiKey.objects.count())
        # Another browser's is made while this one waits.
        for number in range(MOST_KEYS):
            ApiKey.issue(User.objects.get(), str(number))
        return held(**how)

    monkeypatch.setattr(User.objects, "select_for_update", hold)
    assert make(as_alice).status_code == 400
    assert asked == [0]
    assert ApiKey.objects.count() == MOST_KEYS


def test_keys_are_made_and_revoked_by_post_only_and_after_sign_in(client, as_alice):
    make(as_alice)
    row = ApiKey.objects.get()
    assert as_alice.get(f"/account/keys/{row.pk}/revoke/").status_code == 405
    assert make(client).url.startswith("/account/login/")


def create_api_key(*words):
    out = StringIO()
    call_command("create_api_key", *words, stdout=out)
    return out.getvalue().splitlines()


def test_the_command_prints_the_key_alone_on_its_last_line(alice):
    *_, key = create_api_key("ALICE@example.org", "--name", "Cron")
    row = ApiKey.find(key)
    assert (row.user, row.name) == (alice, "Cron")


def test_the_command_makes_the_person_where_asked_to():
    *_, key = create_api_key("New.Person@Example.org", "--create")
    person = ApiKey.find(key).user
    assert (person.username, person.email) == ("new-person", "new.person@example.org")
    assert person.emailaddress_set.get().verified


def test_the_command_run_twice_makes_one_person_and_two_keys():
    create_api_key("new@example.org", "--create")
    create_api_key("new@example.org", "--create")
    assert User.objects.count() == 1
    assert ApiKey.objects.count() == 2


def test_the_command_finds_a_free_name(alice):
    create_api_key("alice@elsewhere.org", "--create")
    create_api_key("owner@elsewhere.org", "--create")
    create_api_key("__@elsewhere.org", "--create")
    names = set(User.objects.values_list("username", flat=True))
    assert names == {"alice", "alice-2", "owner-1", "person"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["nobody@example.org"], "Nobody has the e-mail address nobody@example.org"),
        (["not-an-address", "--create"], "isn't an e-mail address"),
    ],
)
def test_the_command_says_what_is_wrong(words, sentence):
    with pytest.raises(CommandError, match=sentence):
        create_api_key(*words)
    assert not User.objects.exists()


def test_the_command_makes_no_key_for_a_switched_off_account(alice):
    User.objects.update(is_active=False)
    with pytest.raises(CommandError, match="switched off"):
        create_api_key("alice@example.org")


def test_a_new_key_is_shown_as_assistants_take_it(as_alice, settings):
    shown = make(as_alice, "Claude")
    page = unescape(shown.content.decode())
    assert f"pixazo {settings.SITE_URL}/mcp --header" in page
    entry = json.loads(re.search(r"<code[^>]*>({.*?})</code>", page)[1])
    assert entry["pixazo"]["headers"] == {"Authorization": f"Bearer {key_on(shown)}"}

    settings.MCP = False
    assert "/mcp" not in make(as_alice).content.decode()
