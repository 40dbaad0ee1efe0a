"""Whoever a change among the people of a workspace concerns is told of it in the bell."""

import pytest

from accounts.models import Notice
from workspaces import people

pytestmark = pytest.mark.django_db


def told(user):
    return [(row.text, row.link) for row in Notice.objects.filter(user=user)]


def of(workspace, user):
    return workspace.memberships.select_related("workspace", "user").get(user=user)


def act(client, workspace, user, what, **fields):
    return client.post(f"/w/{workspace.slug}/people/{of(workspace, user).pk}/{what}/", fields)


def test_of_another_role_and_not_of_the_same(as_alice, studio, bob):
    people.change_role(of(studio, bob), "editor")
    assert told(bob) == []
    people.change_role(of(studio, bob), "viewer")
    assert told(bob) == [("You may only look at “Studio” now.", "/w/studio/")]
    people.change_role(of(studio, bob), "editor")
    assert told(bob)[0][0] == "You may draw in “Studio” now."


def test_of_a_workspace_that_is_theirs_now(studio, alice, bob):
    people.hand_over(studio, alice, of(studio, bob))
    assert told(bob) == [("“Studio” is yours now: alice handed it over.", "/w/studio/people/")]


def test_of_being_out(studio, alice, bob):
    people.remove(of(studio, bob))
    assert told(bob) == [("You no longer work in “Studio”.", "/workspaces/")]
    assert told(alice) == []


def test_the_owner_of_whoever_leaves(as_bob, studio, alice, bob):
    as_bob.post("/w/studio/people/leave/")
    assert told(alice) == [("bob has left “Studio”.", "/w/studio/people/")]
    assert told(bob) == []
