"""The page of plan and units, and what every page says about units."""

import uuid

import pytest
from django.contrib.auth.models import AnonymousUser
from pytest_django.asserts import assertNumQueries

from billing.context_processors import units
from billing.models import Account, Plan

pytestmark = pytest.mark.django_db


def hold(user, count):
    return Account.objects.of(user).hold(1, [uuid.uuid4() for _ in range(count)])


def test_it_shows_the_plan_what_is_left_and_when_it_comes_back(as_alice, alice):
    used, returned, _ = hold(alice, 3)
    used.capture()
    returned.release("worker lost")
    page = as_alice.get("/account/units/").content.decode()
    for words in ("Free", "of 10 units left", "Resets at 00:00 UTC, in ", "1 used", "1 set aside"):
        assert words in page
    for words in ("A picture was asked for", "The picture is there", "Worker lost"):
        assert words in page


def test_it_shows_nothing_of_others(as_alice, alice, bob):
    hold(bob, 2)[0].release("bobs-reason")
    page = as_alice.get("/account/units/").content.decode()
    assert "Bobs-reason" not in page
    assert "Nothing yet." in page


def test_when_all_is_used_it_says_when_drawing_goes_on_and_what_works_meanwhile(as_alice, alice):
    hold(alice, 10)
    page = as_alice.get("/account/units/").content.decode()
    assert "You can draw again in " in page
    assert "downloads and settings work as always" in page


def test_without_a_cap_it_says_so(as_alice, alice):
    Account.objects.of(alice)
    Account.objects.update(plan=Plan.objects.unlimited())
    assert "No daily limit" in as_alice.get("/account/units/").content.decode()


def test_it_asks_the_database_the_same_few_questions_whatever_there_is(
    as_alice, alice, django_assert_max_num_queries
):
    for each in hold(alice, 10):
        each.capture()
    with django_assert_max_num_queries(9):
        as_alice.get("/account/units/")


def test_visitors_are_sent_to_sign_in(client):
    assert client.get("/account/units/").url == "/account/login/?next=/account/units/"


def test_units_are_read_lazily_and_by_one_query(rf, alice):
    Account.objects.of(alice)
    request = rf.get("/")
    request.user = alice
    with assertNumQueries(0):
        context = units(request)
    with assertNumQueries(1):
        assert context["units"].left == 10
        assert context["units"].plan.name == "Free"


def test_visitors_have_no_units_and_cost_no_query(rf):
    request = rf.get("/")
    request.user = AnonymousUser()
    with assertNumQueries(0):
        assert not units(request)["units"]
