"""The front door: a landing page for visitors, the workspaces for who is signed in."""

import json

import pytest

from billing.models import Plan
from workspaces import showcase
from workspaces.models import Workspace

pytestmark = pytest.mark.django_db


def test_visitors_get_one_sentence_one_field_and_the_plans(client):
    Plan.objects.seed()
    page = client.get("/").content.decode()
    assert "From a sentence to" in page
    assert 'name="prompt"' in page
    for words in ("Free", "Pro", "All Inclusive", "No daily limit", "10 units a day"):
        assert words in page


def test_the_numbers_are_those_of_the_plans(client):
    Plan.objects.seed()
    Plan.objects.filter(slug="free").update(daily_units=7)
    assert "7 units a day without paying" in client.get("/").content.decode()


def test_who_is_signed_in_goes_to_their_workspaces(as_alice):
    assert as_alice.get("/").url == "/workspaces/"


def test_a_prompt_goes_straight_to_the_studio_of_who_is_signed_in(as_alice, studio):
    assert as_alice.get("/start/", {"prompt": "a boat"}).url == "/w/studio/?prompt=a+boat"


def test_a_guest_starts_where_they_may_draw(as_bob, bob, studio):
    assert as_bob.get("/start/").url == "/w/studio/"
    studio.memberships.filter(user=bob).update(role="viewer")
    assert as_bob.get("/start/").url == "/w/my-workspace/"
    assert Workspace.objects.filter(owner=bob).count() == 1


def test_pictures_are_shown_with_their_prompts_once_they_are_drawn(client, tmp_path, monkeypatch):
    listed = [{"file": f"{number}.webp", "prompt": f"a boat, {number}"} for number in range(12)]
    (tmp_path / "pictures.json").write_text(json.dumps(listed))
    monkeypatch.setattr(showcase, "FOLDER", tmp_path)
    showcase.pictures.cache_clear()
    try:
        assert ">a boat, 3</span>" in client.get("/").content.decode()
        assert "showcase/8.webp" in client.get("/account/login/").content.decode()
    finally:
        showcase.pictures.cache_clear()


def test_without_pictures_the_page_does_without(client, tmp_path, monkeypatch):
    monkeypatch.setattr(showcase, "FOLDER", tmp_path)
    showcase.pictures.cache_clear()
    try:
        assert "showcase/" not in client.get("/").content.decode()
    finally:
        showcase.pictures.cache_clear()
