"""Refusals and failures: a page with cause, next step and way back; JSON for programs."""

import pytest
from allauth.account import app_settings as allauth_settings
from allauth.core.internal.ratelimit import parse_rates
from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.test import Client, RequestFactory

from pixazo import error_pages
from pixazo.errors import UserError

pytestmark = pytest.mark.once

BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
PAGES = {
    400: error_pages.bad_request,
    403: error_pages.refused,
    404: error_pages.not_found,
    405: error_pages.not_visited,
    413: error_pages.too_large,
    429: error_pages.too_often,
    500: error_pages.server_error,
    503: error_pages.unavailable,
}


@pytest.mark.parametrize("status", PAGES)
def test_each_needs_no_database_and_says_what_to_do(status):
    """Without the `db` fixture a query is an error."""
    request = RequestFactory().get("/gallery/?q=fox", headers={"Accept": BROWSER})
    answer = PAGES[status](request)
    page = answer.content.decode()
    assert answer.status_code == status
    assert answer.headers["Cache-Control"] == "no-store"
    assert "<h1" in page
    assert 'href="/"' in page
    assert str(error_pages.NEXT.get(status, error_pages.BROKEN)) in page.replace("&#x27;", "'")
    assert ('href="/gallery/?q=fox"' in page) == (status in {429, 500, 503})


@pytest.mark.parametrize("status", PAGES)
def test_programs_get_the_same_as_json(status):
    answer = PAGES[status](RequestFactory().get("/api/nowhere"))
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/json"
    page = PAGES[status](RequestFactory().get("/", headers={"Accept": "application/json"}))
    assert page.content == answer.content


def test_they_are_in_the_theme_that_this_browser_knows():
    request = RequestFactory().get("/")
    request.COOKIES["theme"] = "light"
    assert 'data-bs-theme="light"' in error_pages.server_error(request).content.decode()


def test_nothing_is_sent_twice_by_a_button_that_tries_again():
    assert "Try again" not in error_pages.server_error(RequestFactory().post("/")).content.decode()


@pytest.mark.parametrize(
    ("referer", "is_shown"),
    [
        ("http://testserver/gallery/?q=fox", True),
        ("http://testserver/here/", False),  # itself
        ("http://testserver.example.org/gallery/?q=fox", False),
        ("http://testserver//example.org/", False),
        ("https://example.org/gallery/?q=fox", False),
        ("javascript:alert(1)", False),
    ],
)
def test_the_way_back_is_a_page_of_this_site(referer, is_shown):
    request = RequestFactory().get("/here/", HTTP_REFERER=referer, HTTP_HOST="testserver")
    page = error_pages.not_found(request).content.decode()
    assert ("Back to where you were" in page) == is_shown
    assert "example.org" not in page
    assert "javascript" not in page


def test_people_get_a_page_and_programs_get_json(client, db):
    page = client.get("/there/is/nothing/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()
    answer = client.get("/api/there/is/nothing")
    assert answer.status_code == 404
    assert answer.json()["error"]["code"] == "not_found"


def test_somebody_who_is_not_staff_gets_a_page_of_ours_at_the_admin(as_alice):
    page = as_alice.get("/admin/", follow=True)
    assert page.status_code == 403
    assert "not open to your account" in page.content.decode()


def test_a_form_from_before_the_last_sign_in_is_out_of_date(alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    page = strict.post("/workspaces/new/", {"name": "Mine"})
    assert page.status_code == 403
    assert "out of date" in page.content.decode()
    answer = strict.post("/workspaces/new/", headers={"Accept": "application/json"})
    assert answer.json()["error"]["code"] == "stale"


def test_an_address_for_a_button_says_so_to_who_visits_it(as_alice, studio):
    page = as_alice.get("/w/studio/delete/")
    assert page.status_code == 405
    assert page.headers["Allow"] == "POST"
    assert "for a button" in page.content.decode()


def test_what_makes_no_sense_and_what_is_too_much_are_told_apart():
    request = RequestFactory().post("/")
    assert error_pages.bad_request(request, SuspiciousOperation("no")).status_code == 400
    assert error_pages.bad_request(request, RequestDataTooBig("no")).status_code == 413


def test_too_many_attempts_say_when_to_come_back(client, db):
    cache.clear()
    for _ in range(21):
        page = client.post("/account/password/reset/", {"email": "nobody@example.org"})
    assert page.status_code == 429
    assert page.headers["Retry-After"] == "60"
    assert "You can try again in 1 minute." in page.content.decode()


def test_what_is_answered_so_is_counted_by_the_minute():
    # The others are answered on the page of the form, or not told at all.
    silent = dict.fromkeys(("login_failed", "second_factor", "confirm_email", "letters"), "")
    limits = {**allauth_settings.RATE_LIMITS, **silent}
    rates = [rate for action in limits for rate in parse_rates(limits[action])]
    assert max(rate.duration for rate in rates) == error_pages.RATE_SECONDS


def test_hours_are_told_as_hours():
    error = UserError("No units.", status=429, retry_after=8000)
    page = error_pages.answer(RequestFactory().get("/"), error).content.decode()
    assert "in about 3 hours" in page


def test_a_database_that_goes_while_a_page_is_made_is_no_fault_of_the_page(monkeypatch, client, db):
    def away(request):
        raise OperationalError("gone")

    client.raise_request_exception = False
    monkeypatch.setattr("workspaces.views.home.pictures", lambda: away(None))
    assert client.get("/").status_code == 503
    monkeypatch.setattr("workspaces.views.home.pictures", lambda: 1 / 0)
    assert client.get("/").status_code == 500


def test_nor_is_one_that_goes_outside_of_every_view():
    def gone():
        raise OperationalError("gone")

    try:
        gone()
    except OperationalError:
        answer = error_pages.server_error(RequestFactory().get("/"))
    assert answer.status_code == 503
