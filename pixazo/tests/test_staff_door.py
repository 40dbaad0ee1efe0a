"""Where the setting says so, staff's pages open only to who has a second factor."""

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

pytestmark = [pytest.mark.django_db, pytest.mark.once]

PAGES = ("/admin/", "/admin/accounts/user/", "/admin/generation/imagemodel/add/")


@pytest.fixture(autouse=True)
def strict(settings):
    settings.STAFF_SECOND_FACTOR = True


@pytest.mark.parametrize("page", PAGES)
def test_without_one_they_are_sent_to_set_one_up(as_dora, page):
    answer = as_dora.get(page, follow=True)
    assert answer.redirect_chain[-1][0] == "/account/security/"
    assert "Staff&#x27;s pages need a second factor." in answer.content.decode()


def test_and_change_nothing(as_dora, alice):
    page = reverse("admin:accounts_user_change", args=[alice.pk])
    as_dora.post(page, {"first_name": "Mallory"})
    alice.refresh_from_db()
    assert alice.first_name == ""


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_with_one_they_are_in(as_dora, dora, kind):
    Authenticator.objects.create(user=dora, type="recovery_codes", data={})
    assert as_dora.get("/admin/").status_code == 302  # these alone are none
    Authenticator.objects.create(user=dora, type=kind, data={"name": "Phone"})
    for page in PAGES:
        assert as_dora.get(page).status_code == 200


def test_where_it_is_off_or_nobody_signs_in_they_need_none(as_dora, settings):
    settings.STAFF_SECOND_FACTOR = False
    assert as_dora.get("/admin/").status_code == 200
    settings.STAFF_SECOND_FACTOR, settings.SOLO = True, True
    assert as_dora.get("/admin/").status_code == 200
