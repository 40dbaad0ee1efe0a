"""A page is drawn in its theme by the server: nothing flashes, and no script is needed for it."""

import pytest

from accounts.models import Preference, User
from pixazo.tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize(
    ("told", "drawn"),
    [("light", "light"), ("system", "system"), ("", "dark"), ('"><script>', "dark")],
)
def test_a_visitor_gets_the_theme_that_this_browser_was_told(client, told, drawn):
    client.cookies["theme"] = told
    page = client.get("/account/login/").content.decode()
    assert f'data-bs-theme="{drawn}"' in page
    assert ("prefers-color-scheme: light" in page) == (drawn == "system")
    assert "<script>" not in page


def test_somebody_who_is_signed_in_gets_their_own_in_every_browser(as_alice, alice):
    Preference.objects.remember(alice, {"theme": "light"})
    as_alice.cookies["theme"] = "system"
    assert 'data-bs-theme="light"' in as_alice.get("/workspaces/").content.decode()


def test_what_a_visitor_chose_is_theirs_once_they_sign_up(client):
    client.cookies["theme"] = "light"
    person = {"email": "erin@example.org", "username": "erin", "password1": PASSWORD}
    client.post("/account/signup/", person)
    assert Preference.objects.of(User.objects.get(username="erin"))["theme"] == "light"
