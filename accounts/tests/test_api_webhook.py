"""`/api/v1/webhook`: an address kept, tried, listened to and removed by a program."""

import pytest
from django.test import Client

from accounts.models import ApiKey, Delivery, Preference, Webhook
from accounts.telling.reaching import reach

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HERE = "/api/v1/webhook"


@pytest.fixture
def program(alice):
    _row, key = ApiKey.issue(alice, "Test")
    return Client(headers={"Authorization": f"Bearer {key}"})


def put(client, **body):
    return client.put(HERE, body, content_type="application/json")


def test_it_is_kept_with_its_events_and_its_secret_is_said_once(program, alice):
    assert program.get(HERE).status_code == 404
    kept = put(program, url="https://example.org/hook", events=["drawn", "picture"])
    assert kept.status_code == 200, kept.content
    assert kept.json()["secret"].startswith("whsec_")
    seen = program.get(HERE).json()
    assert (seen["url"], seen["active"]) == ("https://example.org/hook", True)
    assert sorted(seen["events"]) == ["drawn", "picture"]
    assert "secret" not in seen
    # Another address keeps what was chosen, and the secret until another is asked for.
    again = put(program, url="https://example.org/2").json()
    assert again["events"] == seen["events"]
    assert Webhook.of(alice).secret == kept.json()["secret"]
    renewed = program.post(f"{HERE}/secret", content_type="application/json").json()["secret"]
    assert renewed == Webhook.of(alice).secret != kept.json()["secret"]
    assert program.delete(HERE).status_code == 204
    assert program.get(HERE).status_code == 404


def test_what_it_hears_is_listed_with_what_came_of_it(program, alice):
    put(program, url="https://example.org/hook", events=["drawn"])
    reach(
        alice, "drawn", "Your pictures are done: “a fox”", "/there/", "1", facts={"batch_id": "1"}
    )
    (row,) = program.get(f"{HERE}/deliveries").json()["deliveries"]
    assert (row["event"], row["state"], row["attempts"]) == ("drawn", "waiting", 0)
    assert row["next_attempt"]
    assert Delivery.objects.get().payload["data"] == {"batch_id": "1"}
    for wrong in ("0", "101", "many"):
        assert program.get(f"{HERE}/deliveries?limit={wrong}").status_code == 400


def test_a_try_says_what_came_of_it_and_is_bounded(program, alice, monkeypatch):
    assert program.post(f"{HERE}/test", content_type="application/json").status_code == 404
    put(program, url="https://example.org/hook")
    monkeypatch.setattr("accounts.telling.webhooks.outgoing.post", _refuse)
    said = program.post(f"{HERE}/test", content_type="application/json").json()
    assert (said["event"], said["state"], said["attempts"]) == ("test", "failed", 1)
    assert "closed" in said["said"]
    assert Webhook.of(alice).failures == 0
    monkeypatch.setattr("accounts.telling.webhooks.takes_place", lambda *args: False)
    assert program.post(f"{HERE}/test", content_type="application/json").status_code == 429


def _refuse(*args, **kwargs):
    from pixazo.outgoing import Refused

    raise Refused("The door is closed.")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"url": 7},
        {"url": "ftp://example.org/"},
        {"url": "http://127.0.0.1/"},
        {"url": "https://example.org/" + "x" * 500},
        {"url": "https://example.org/", "events": ["nonsense"]},
        {"url": "https://example.org/", "events": "drawn"},
        {"url": "https://example.org/", "events": [["drawn"]]},
        {"url": "https://example.org/", "colour": "red"},
    ],
)
def test_what_will_not_do_is_refused_and_keeps_nothing(program, body):
    assert put(program, **body).status_code == 400
    assert not Webhook.objects.exists()
    assert not Preference.objects.exists()


def test_it_is_ones_own_and_a_key_that_reads_changes_nothing(program, alice, bob):
    put(program, url="https://example.org/hook")
    _row, key = ApiKey.issue(bob, "Bobs")
    bobs = Client(headers={"Authorization": f"Bearer {key}"})
    assert bobs.get(HERE).status_code == 404
    assert bobs.delete(HERE).status_code == 404
    _row, key = ApiKey.issue(alice, "Reader", scopes=["read"])
    reader = Client(headers={"Authorization": f"Bearer {key}"})
    assert reader.get(HERE).status_code == 200
    assert put(reader, url="https://example.org/").status_code == 403
    for door in ("secret", "test"):
        answer = reader.post(f"{HERE}/{door}", content_type="application/json")
        assert answer.status_code == 403
    assert Client().get(HERE).status_code == 401
