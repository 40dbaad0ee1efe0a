"""A closed beta: who has a code of staff's signs up, as many as it says."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from accounts.models import InviteCode, User
from accounts.models.invite_code import CodeUsedUp
from billing.models import Plan
from pixazo.tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def closed(settings):
    cache.clear()
    settings.INVITE_ONLY = True


@pytest.fixture
def code(db):
    return InviteCode.objects.create(note="For Dora")


def sign_up(code, name="nora"):
    known = {"email": f"{name}@example.org", "username": name, "password1": PASSWORD}
    return Client().post("/account/signup/", known | {"invite_code": code})


def test_with_a_code_somebody_signs_up_however_they_type_it(code):
    typed = code.code.lower().replace("-", " ")
    assert sign_up(typed).url == "/account/confirm-email/"
    assert User.objects.filter(username="nora").exists()
    code.refresh_from_db()
    assert code.used == 1


def test_it_is_used_as_often_as_it_says(code):
    InviteCode.objects.update(uses=2)
    assert sign_up(code.code, "one").status_code == 302
    assert sign_up(code.code, "two").status_code == 302
    assert sign_up(code.code, "three").status_code == 200
    assert not User.objects.filter(username="three").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"revoked": now()},
        {"expires": now() - timedelta(minutes=1)},
        {"code": "AAAA-BBBB-CCCC"},
    ],
)
def test_another_a_revoked_or_an_old_one_is_refused(code, wrong):
    typed = code.code
    InviteCode.objects.update(**wrong)
    page = sign_up(typed)
    assert "unknown, used up or too old" in page.content.decode()
    assert not User.objects.exists()


def test_without_one_nobody_signs_up(code):
    assert "Without a code nobody" in sign_up("").content.decode()
    assert not User.objects.exists()


def test_of_two_at_once_with_its_last_use_one_is_first(code, monkeypatch):
    monkeypatch.setattr("accounts.models.InviteCode.objects.is_usable", lambda typed: True)
    sign_up(code.code, "first")
    assert sign_up(code.code, "second").status_code == 409
    assert User.objects.get().username == "first"
    with pytest.raises(CodeUsedUp):
        InviteCode.objects.use(code.code)


def test_a_sign_up_that_fails_uses_nothing(code):
    sign_up(code.code, "x" * 40)
    code.refresh_from_db()
    assert code.used == 0


def test_the_address_that_is_handed_on_fills_it_in(code):
    page = Client().get("/account/signup/", {"invite_code": code.code}).content.decode()
    assert f'value="{code.code}"' in page


def test_an_open_site_asks_for_none(settings):
    settings.INVITE_ONLY = False
    assert "invite_code" not in Client().get("/account/signup/").content.decode()
    assert sign_up("").url == "/account/confirm-email/"


def test_staff_make_and_revoke_them(as_dora, dora):
    as_dora.post("/admin/accounts/invitecode/add/", {"note": "For Nora", "uses": "3"})
    row = InviteCode.objects.get()
    assert (row.note, row.uses, row.maker) == ("For Nora", 3, dora)
    page = as_dora.get(f"/admin/accounts/invitecode/{row.pk}/change/").content.decode()
    assert f"/account/signup/?invite_code={row.code}" in page
    as_dora.post(
        "/admin/accounts/invitecode/", {"action": "revoke", "_selected_action": [str(row.pk)]}
    )
    row.refresh_from_db()
    assert row.revoked


def test_the_pages_for_visitors_say_so(client, settings):
    Plan.objects.seed()
    for page in ("/", "/pricing/"):
        said = client.get(page).content.decode()
        assert "At present the site is open to invited people only." in said
        assert "Begin with an invite code" in said
        assert "Start free" not in said
    settings.INVITE_ONLY = False
    for page in ("/", "/pricing/"):
        said = client.get(page).content.decode()
        assert "invited people" not in said
        assert "Start free" in said
