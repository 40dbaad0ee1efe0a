"""Every door for programs says what a key needs for it, and keeps to it."""

import json

import pytest
from django.conf import settings
from django.urls import URLResolver, get_resolver

from accounts.authentication import ApiKeyAuthentication
from accounts.models import ApiKey
from generation.models import Batch
from pixazo.api import Door
from pixazo.scopes import GENERATE, MANAGE, READ, SCOPES

pytestmark = pytest.mark.django_db

METHODS = ("get", "post", "put", "patch", "delete")


def doors(resolver=None, prefix="/"):
    for each in (resolver or get_resolver()).url_patterns:
        route = prefix + str(each.pattern)
        view = getattr(getattr(each, "callback", None), "view_class", None)
        if isinstance(each, URLResolver):
            yield from doors(each, route)
        elif view and issubclass(view, Door):
            yield route, view


DOORS = dict(doors())


def with_key(user, *scopes, **limits):
    _, text = ApiKey.issue(user, "Program", scopes, **limits)
    return {"Authorization": f"Bearer {text}"}


def test_each_method_of_each_door_says_what_a_key_needs():
    wrong = {}
    for route, door in DOORS.items():
        methods = {name.upper() for name in METHODS if hasattr(door, name)}
        takes_keys = ApiKeyAuthentication in door.authentication_classes
        said = set(door.scopes) if takes_keys else methods
        if said != methods or not set(door.scopes.values()) <= set(SCOPES):
            wrong[route] = methods, dict(door.scopes)
    assert wrong == {}


def test_nothing_else_takes_keys():
    """What is no `Door` would not look at scopes."""
    assert settings.REST_FRAMEWORK["DEFAULT_AUTHENTICATION_CLASSES"][0].endswith(
        "KeyAuthentication"
    )
    others = [
        route
        for route, view in every_view()
        if hasattr(view, "authentication_classes") and not issubclass(view, Door)
    ]
    assert others == []
    assert len(DOORS) > 40


def every_view(resolver=None, prefix="/"):
    for each in (resolver or get_resolver()).url_patterns:
        if isinstance(each, URLResolver):
            yield from every_view(each, prefix + str(each.pattern))
        elif view := getattr(each.callback, "view_class", getattr(each.callback, "cls", None)):
            yield prefix + str(each.pattern), view


@pytest.mark.cases(300)
def test_a_key_without_a_scope_is_refused_everywhere_it_is_needed(client, alice, cases):
    """Before anything is looked for: the ids are nobody's."""
    headers = {scope: with_key(alice, *set(SCOPES) - {scope}) for scope in SCOPES}
    wrong = {}
    for route, door in DOORS.items():
        for method, scope in door.scopes.items():
            cases.count += 1
            answer = client.generic(
                method, address(route), "{}", "application/json", headers=headers[scope]
            )
            # Each dialect has a place of its own for the sentence.
            said = json.dumps(answer.json(), ensure_ascii=False)
            if answer.status_code != 403 or f"“{scope}”" not in said:
                wrong[method, route] = answer.status_code
    assert wrong == {}


def address(route):
    nobodys = "00000000-0000-7000-8000-000000000000"
    for name, value in (("<uuid:", nobodys), ("<str:", nobodys), ("<int:", "1")):
        while name in route:
            before, _, rest = route.partition(name)
            route = before + value + rest.partition(">")[2]
    return route


def test_with_the_scope_it_works_and_only_that(client, alice):
    assert client.get("/api/queue", headers=with_key(alice, READ)).status_code == 200
    refused = client.head("/api/queue", headers=with_key(alice, MANAGE))
    assert refused.status_code == 403
    assert client.post("/api/queue/pause", headers=with_key(alice, GENERATE)).status_code == 200


def test_whoever_is_signed_in_needs_no_scope(as_alice):
    assert as_alice.get("/api/queue").status_code == 200


def test_an_order_counts_against_the_cap_of_its_key_alone(
    client, alice, studio, painter, monkeypatch
):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    capped = with_key(alice, GENERATE, daily_cap=3)
    order = {"prompt": "a fox", "model": "painter", "workspace": studio.slug, "count": 2}

    def send(headers):
        return client.post("/api/generate", order, "application/json", headers=headers)

    assert send(capped).status_code == 202
    refused = send(capped)
    assert refused.status_code == 429
    assert refused.json()["error"]["code"] == "key_cap"
    assert Batch.objects.count() == 1
    assert alice.account.held == 2
    assert send(with_key(alice, GENERATE)).status_code == 202


def test_an_experiment_counts_whole_when_it_is_asked_for(
    client, alice, studio, painter, monkeypatch
):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    headers = with_key(alice, GENERATE, daily_cap=2)
    grid = {
        "prompt": "a fox",
        "model": "painter",
        "workspace": studio.slug,
        "axes": {"seed": [1, 2, 3]},
        "ceiling": 1,
    }
    refused = client.post("/api/experiments", grid, "application/json", headers=headers)
    assert refused.status_code == 429, refused.json()
    assert refused.json()["error"]["code"] == "key_cap"
    assert not studio.experiments.exists()
