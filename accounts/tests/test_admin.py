import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from accounts.models import ApiKey, User
from pixazo.tests.cast import make_person


def person_page(user):
    return reverse("admin:accounts_user_change", args=[user.pk])


def form_of(response):
    """The fields of the page's form, as a browser would send them."""
    form = response.context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in data.items() if value not in (None, False)}


@pytest.fixture
def helper(db):
    """Staff who may look after people, but not after staff."""
    user = make_person("helper", is_staff=True)
    names = ("view_user", "change_user", "view_apikey", "change_apikey")
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    client = Client()
    client.force_login(user)
    return client


# --- The one door ---


def test_staff_sign_in_where_everybody_signs_in(client, db):
    for address in ("/admin/", "/admin/login/", "/admin/accounts/user/"):
        response = client.get(address, follow=True)
        assert response.redirect_chain[-1][0].startswith("/account/login/")


def test_a_password_sent_to_the_old_door_is_not_even_looked_at(client, dora):
    response = client.post("/admin/login/", {"username": "dora", "password": "x"})
    assert response.status_code == 302
    assert response["Location"].startswith("/account/login/")


def test_who_is_not_staff_is_not_let_in(as_alice):
    assert as_alice.get("/admin/", follow=True).status_code == 403
    assert as_alice.get("/admin/accounts/user/", follow=True).status_code == 403


def test_staff_see_only_what_they_look_after(helper):
    page = helper.get("/admin/").content.decode()
    assert "/admin/accounts/user/" in page
    assert "/admin/generation/" not in page
    assert helper.get("/admin/generation/imagemodel/").status_code == 403


# --- People ---


def test_people_are_found_by_name_and_address(as_dora, alice, bob):
    for words in ("alice", "alice@example.org"):
        page = as_dora.get("/admin/accounts/user/", {"q": words}).content.decode()
        assert "alice@example.org" in page
        assert "bob@example.org" not in page


def test_somebody_can_be_kept_from_signing_in(as_dora, alice):
    page = as_dora.get(person_page(alice))
    data = form_of(page) | {"_save": "Save"}
    del data["is_active"]
    assert as_dora.post(person_page(alice), data).status_code == 302
    alice.refresh_from_db()
    assert not alice.is_active


def test_nobody_is_made_or_deleted_here(as_dora, alice):
    assert as_dora.get("/admin/accounts/user/add/").status_code == 403
    assert as_dora.post(f"/admin/accounts/user/{alice.pk}/delete/").status_code == 403
    chosen = {"action": "delete_selected", "_selected_action": [alice.pk], "post": "yes"}
    as_dora.post("/admin/accounts/user/", chosen)
    assert User.objects.filter(pk=alice.pk).exists()


def test_nobody_can_set_a_password_or_an_address_for_others(as_dora, alice):
    before = alice.password
    data = form_of(as_dora.get(person_page(alice)))
    as_dora.post(person_page(alice), data | {"password": "x", "email": "x@example.org"})
    alice.refresh_from_db()
    assert (alice.password, alice.email) == (before, "alice@example.org")
    assert as_dora.get(f"/admin/accounts/user/{alice.pk}/password/").status_code != 200


def test_the_digest_of_a_password_is_not_shown(as_dora, alice):
    assert alice.password.split("$")[-1] not in as_dora.get(person_page(alice)).content.decode()


def test_who_looks_after_people_can_not_make_anybody_staff(helper, alice):
    data = form_of(helper.get(person_page(alice)))
    assert "is_superuser" not in data
    helper.post(person_page(alice), data | {"is_staff": "on", "is_superuser": "on"})
    alice.refresh_from_db()
    assert not alice.is_staff
    assert not alice.is_superuser


def test_who_looks_after_people_can_not_change_a_superuser(helper, dora):
    assert helper.post(person_page(dora), {"username": "dora"}).status_code == 403
    dora.refresh_from_db()
    assert dora.is_active


# --- Keys ---


def test_keys_are_revoked_and_the_history_says_by_whom(as_dora, dora, alice):
    key, text = ApiKey.issue(alice, "Laptop")
    chosen = {"action": "revoke", "_selected_action": [key.pk]}
    page = as_dora.post("/admin/accounts/apikey/", chosen, follow=True).content.decode()
    assert "Revoked: 1." in page
    assert ApiKey.find(text) is None
    assert LogEntry.objects.get().user == dora


def test_neither_key_nor_digest_is_shown(as_dora, alice):
    key, text = ApiKey.issue(alice, "Laptop")
    for address in ("/admin/accounts/apikey/", f"/admin/accounts/apikey/{key.pk}/change/"):
        page = as_dora.get(address).content.decode()
        assert key.prefix in page
        assert text not in page
        assert key.digest not in page


def test_keys_can_not_be_made_changed_or_deleted_here(as_dora, alice):
    key, _ = ApiKey.issue(alice, "Laptop")
    assert as_dora.get("/admin/accounts/apikey/add/").status_code == 403
    assert as_dora.post(f"/admin/accounts/apikey/{key.pk}/delete/").status_code == 403
    page = f"/admin/accounts/apikey/{key.pk}/change/"
    assert as_dora.post(page, {"name": "Stolen"}).status_code == 403


def test_who_may_only_look_can_not_revoke(db, alice):
    looker = make_person("looker", is_staff=True)
    looker.user_permissions.set(Permission.objects.filter(codename="view_apikey"))
    client = Client()
    client.force_login(looker)
    key, text = ApiKey.issue(alice, "Laptop")
    assert "Revoke the chosen" not in client.get("/admin/accounts/apikey/").content.decode()
    client.post("/admin/accounts/apikey/", {"action": "revoke", "_selected_action": [key.pk]})
    assert ApiKey.find(text) == key
