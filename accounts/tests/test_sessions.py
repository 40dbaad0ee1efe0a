"""Where somebody is signed in: seen, ended elsewhere, ended by a new password and by age."""

import re
import time

import pytest
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.agents import named
from accounts.models import ApiKey
from pixazo.events import is_ended, permission_of, stream_token
from pixazo.tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko)"
    " Chrome/142.0.0.0 Mobile Safari/537.36"
)
NEW = "quite-another-phrase"


@pytest.fixture(autouse=True)
def nobody_tried_before():
    cache.clear()


def browser(agent=FIREFOX, name="alice"):
    client = Client(HTTP_USER_AGENT=agent)
    client.post("/account/login/", {"login": name, "password": PASSWORD})
    return client


def is_signed_in(client):
    return client.get("/account/").status_code == 200


def page_of(client):
    return client.get("/account/security/").content.decode()


def test_each_device_is_listed_and_one_is_signed_out(alice):
    laptop, phone = browser(), browser(PHONE)
    page = page_of(laptop)
    assert re.search(r"Firefox, Linux\s*<span[^>]*>This one", page)
    assert "Chrome, Android" in page
    (end,) = re.findall(r'action="(/account/sessions/\d+/end/)"', page)
    assert laptop.post(end).url == "/account/security/"
    assert not is_signed_in(phone)
    assert is_signed_in(laptop)
    assert "Nowhere else." in page_of(laptop)
    assert laptop.post(end).status_code == 404


def test_sign_out_everywhere_else_leaves_this_one_and_programs(alice):
    laptop, others = browser(), [browser(PHONE) for _ in range(3)]
    _, key = ApiKey.issue(alice, "Script")
    laptop.post("/account/sessions/end/")
    assert [is_signed_in(each) for each in others] == [False] * 3
    assert is_signed_in(laptop)
    bearer = {"Authorization": f"Bearer {key}"}
    assert Client().get("/api/queue", headers=bearer).status_code == 200


def test_other_peoples_are_not_there(alice, bob):
    browser()
    row = UserSession.objects.get(user=alice)
    theirs = browser(name="bob")
    assert theirs.post(f"/account/sessions/{row.pk}/end/").status_code == 404
    theirs.post("/account/sessions/end/")
    assert UserSession.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize("how", ["one", "others", "reset", "changed", "signed out", "switched off"])
def test_open_pages_of_an_ended_session_hear_nothing_more(alice, how):
    laptop, phone = browser(), browser(PHONE)
    page = permission_of(stream_token(alice.channel, "workspace:1"))
    assert not is_ended(page)
    row = UserSession.objects.exclude(session_key=laptop.session.session_key).get()
    if how == "one":
        laptop.post(f"/account/sessions/{row.pk}/end/")
    elif how == "others":
        laptop.post("/account/sessions/end/")
    elif how == "reset":
        reset(Client())
    elif how == "changed":
        form = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
        laptop.post("/account/password/change/", form)
    elif how == "switched off":
        alice.is_active = False
        alice.save()
    else:
        phone.post("/account/logout/")
    assert not is_signed_in(phone)
    assert is_ended(page)


def reset(client):
    client.post("/account/password/reset/", {"email": "alice@example.org"})
    link = re.search(r"(/account/password/reset/key/\S+)", mail.outbox[-1].body).group(1)
    form = client.get(link, follow=True).request["PATH_INFO"]
    client.post(form, {"password1": NEW, "password2": NEW})


def test_a_reset_signs_out_everywhere_and_programs_go_on(alice):
    devices = [browser(), browser(PHONE)]
    _, key = ApiKey.issue(alice, "Script")
    reset(Client())
    assert [is_signed_in(each) for each in devices] == [False, False]
    assert not UserSession.objects.filter(user=alice).exists()
    assert ApiKey.find(key)


def test_a_session_ends_of_age_and_lives_on_by_use(alice, monkeypatch):
    laptop = browser()
    born = time.time()
    monkeypatch.setattr("accounts.sessions.time.time", lambda: born + 89 * 86_400)
    assert is_signed_in(laptop)
    monkeypatch.setattr("accounts.sessions.time.time", lambda: born + 91 * 86_400)
    assert not is_signed_in(laptop)


def test_a_session_that_only_asks_the_api_ends_of_age_too(alice, monkeypatch):
    laptop = browser()
    assert laptop.get("/api/v1/preferences").status_code == 200
    born = time.time()
    monkeypatch.setattr("accounts.sessions.time.time", lambda: born + 91 * 86_400)
    assert laptop.get("/api/v1/preferences").status_code == 401


def test_a_use_is_noted_now_and_then(alice, monkeypatch):
    laptop = browser()
    before = UserSession.objects.get()
    is_signed_in(laptop)
    again = UserSession.objects.get()
    assert again.last_seen_at == before.last_seen_at
    born = time.time()
    monkeypatch.setattr("accounts.sessions.time.time", lambda: born + 700)
    laptop.get("/account/", headers={"User-Agent": PHONE})
    assert UserSession.objects.get().user_agent == PHONE


def test_a_session_id_is_never_one_from_before_the_sign_in(alice):
    client = Client()
    client.get("/account/login/")
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    client.post("/account/login/", {"login": "alice", "password": PASSWORD})
    assert is_signed_in(client)
    assert client.session.session_key != session.session_key
    old = Client()
    old.cookies["sessionid"] = session.session_key
    assert not is_signed_in(old)


def test_a_new_device_is_told_by_mail_and_a_known_one_is_not(alice, settings):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    laptop = browser()
    assert mail.outbox == []  # the first of all
    laptop.post("/account/logout/")
    laptop.post("/account/login/", {"login": "alice", "password": PASSWORD})
    assert mail.outbox == []
    browser(PHONE)
    (letter,) = mail.outbox
    assert letter.subject == "Your account was opened on a new device"
    assert PHONE[:60] in letter.body


def test_a_mail_server_that_is_down_keeps_nobody_out(alice, settings):
    browser()
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert is_signed_in(browser(PHONE))


def test_the_list_asks_no_more_for_many(alice, django_assert_max_num_queries):
    laptop = browser()
    page_of(laptop)
    with CaptureQueriesContext(connection) as few:
        page_of(laptop)
        many = len(few)
    for _ in range(6):
        browser(PHONE)
    with django_assert_max_num_queries(many):
        assert page_of(laptop).count("Chrome, Android") == 12  # said to those who listen too


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (FIREFOX, "Firefox, Linux"),
        (PHONE, "Chrome, Android"),
        ("curl/8.1", "curl/8.1"),
        ("", "A device without a name"),
    ],
)
def test_a_device_is_called_by_what_a_person_knows(agent, name):
    assert named(agent) == name


def test_whom_staff_switch_off_is_out_everywhere_and_stays_out(alice, as_dora):
    laptop, phone = browser(), browser(PHONE)
    address = reverse("admin:accounts_user_change", args=[alice.pk])
    form = as_dora.get(address).context["adminform"].form
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value not in (None, False)}
    del data["is_active"]
    assert as_dora.post(address, data | {"_save": "Save"}).status_code == 302
    assert [is_signed_in(each) for each in (laptop, phone)] == [False, False]
    assert as_dora.post(address, data | {"_save": "Save", "is_active": "on"}).status_code == 302
    alice.refresh_from_db()
    assert alice.is_active
    assert [is_signed_in(each) for each in (laptop, phone)] == [False, False]
