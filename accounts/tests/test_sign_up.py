"""Sign-up, confirmation, sign-in, sign-out and reset, through the pages and the mails."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core import mail
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from pixazo.tests.cast import PASSWORD, make_person

pytestmark = pytest.mark.django_db

NEWCOMER = {"email": "Dora@Example.org", "username": "dora", "password1": PASSWORD}


@pytest.fixture(autouse=True)
def nobody_tried_before():
    cache.clear()


def sign_up(client, **changes):
    return client.post("/account/signup/", NEWCOMER | changes)


def link_in_the_mail():
    (address,) = re.findall(r"http://localhost:8000(/account/\S+)", mail.outbox[-1].body)
    return address


def sign_in(client, login, password=PASSWORD):
    return client.post("/account/login/", {"login": login, "password": password})


def is_signed_in(client):
    return client.get("/account/").status_code == 200


def errors_of(response):
    return " ".join(
        sentence for errors in response.context["form"].errors.values() for sentence in errors
    )


def test_a_stranger_signs_up_confirms_and_is_in_the_studio_with_the_prompt(client):
    start = client.get("/start/", {"prompt": "a red house & a moon"})
    assert start.url.startswith("/account/signup/?next=%2Fstart%2F%3Fprompt")
    page = client.get(start.url)
    back = re.search(r'name="next" value="([^"]+)"', page.content.decode()).group(1)
    sent = sign_up(client, next=back.replace("&amp;", "&"))
    assert sent.url == "/account/confirm-email/"
    assert not is_signed_in(client)

    assert mail.outbox[0].to == ["dora@example.org"]
    assert mail.outbox[0].subject == "Confirm your e-mail address"
    confirm = link_in_the_mail()
    assert "Is this your address?" in client.get(confirm).content.decode()
    confirmed = client.post(confirm)
    assert confirmed.url == "/start/?prompt=a+red+house+%26+a+moon"
    assert client.get(confirmed.url).url == "/w/my-workspace/?prompt=a+red+house+%26+a+moon"


@pytest.mark.both
def test_the_first_workspace_is_made_at_sign_up(client):
    sign_up(client)
    assert [each.name for each in User.objects.get().workspaces.all()] == ["My workspace"]


def test_who_has_not_confirmed_does_not_get_in_and_gets_another_link(client):
    sign_up(client)
    cache.clear()
    answer = sign_in(client, "dora")
    assert answer.url == "/account/confirm-email/"
    assert not is_signed_in(client)
    assert len(mail.outbox) == 2


def test_a_confirmation_link_works_once(client):
    sign_up(client)
    confirm = link_in_the_mail()
    client.post(confirm)
    page = Client().get(confirm).content.decode()
    assert "Yes, go on" not in page


@pytest.mark.both
@pytest.mark.parametrize("login", ["alice", "ALICE", "alice@example.org", "Alice@Example.ORG"])
def test_sign_in_by_name_and_by_mail_in_any_case(client, alice, login):
    assert sign_in(client, login).url == "/"
    assert is_signed_in(client)


@pytest.mark.parametrize("login", ["alice", "alice@example.org", "nobody", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_person_get_the_same_sentence(client, alice, login):
    answer = sign_in(client, login, "not-the-password")
    assert errors_of(answer) == "The name or e-mail and the password don't belong together."


def test_guessing_passwords_is_slowed_down_with_a_sentence(client, alice):
    answers = [errors_of(sign_in(client, "alice", f"guess-{number}")) for number in range(6)]
    assert answers[-1] == "Too many failed attempts. Try again in a few minutes."
    assert not is_signed_in(client)


def test_a_sign_in_of_ones_own_does_not_reset_the_counter_of_failures(client, alice, bob):
    for number in range(5):
        sign_in(client, "alice", f"guess-{number}")
    sign_in(Client(), "bob")
    assert "Too many" in errors_of(sign_in(client, "alice", "guess-6"))


def test_too_many_sign_ups_from_one_place_get_a_page_that_says_so(client):
    pages = [client.get("/account/signup/") for _ in range(2)]
    answers = [sign_up(client, username="x") for _ in range(21)]
    assert all(page.status_code == 200 for page in pages)
    assert answers[-1].status_code == 429
    assert "too often" in answers[-1].content.decode()


def test_sign_out_is_a_post(as_alice):
    assert "Sign out?" in as_alice.get("/account/logout/").content.decode()
    assert is_signed_in(as_alice)
    assert as_alice.post("/account/logout/").url == "/"
    assert not is_signed_in(as_alice)


def test_a_reset_link_sets_a_password_once_and_ends_other_sessions(client, as_alice, alice):
    assert is_signed_in(as_alice)
    client.post("/account/password/reset/", {"email": "ALICE@example.org"})
    link = link_in_the_mail()
    form = client.get(link, follow=True)
    new = {"password1": "quite-another-phrase", "password2": "quite-another-phrase"}
    client.post(form.request["PATH_INFO"], new)

    assert not is_signed_in(as_alice)
    assert errors_of(sign_in(Client(), "alice"))
    newcomer = Client()
    sign_in(newcomer, "alice", "quite-another-phrase")
    assert is_signed_in(newcomer)

    again = Client().get(link, follow=True).content.decode()
    assert "This link doesn't work any more" in again


def test_a_reset_for_nobody_says_the_same_and_tells_the_address(client):
    answer = client.post("/account/password/reset/", {"email": "ghost@example.org"})
    assert answer.url == "/account/password/reset/done/"
    assert mail.outbox[0].subject == "No account with this address"


@pytest.mark.both
def test_a_used_address_says_nothing_on_the_page_and_tells_its_owner(client, alice):
    answer = sign_up(client, email="ALICE@example.org")
    assert answer.url == "/account/confirm-email/"
    assert mail.outbox[0].subject == "You have an account already"
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("ALICE", "taken"),
        ("Owner", "kept for the site"),
        ("demo", "kept for the site"),
        ("CON", "kept for the site"),
        ("../etc", "letters from a to z"),
        ("a b", "letters from a to z"),
        ("zoë", "letters from a to z"),
        (".hidden", "letters from a to z"),
        ("🎨🎨", "letters from a to z"),
        ("x" * 31, "30 characters"),
    ],
)
def test_a_name_that_will_not_do_as_a_folder_is_refused_with_a_sentence(
    client, alice, name, sentence
):
    answer = sign_up(client, username=name)
    assert sentence in errors_of(answer)
    assert not User.objects.filter(email="dora@example.org").exists()


@pytest.mark.parametrize("password", ["short", "password1", "12345678", "dora@example.org"])
def test_a_weak_password_is_refused(client, password):
    assert errors_of(sign_up(client, password1=password))


@pytest.mark.both
def test_of_two_sign_ups_at_once_the_later_gets_a_sentence(client, monkeypatch):
    from allauth.account.internal import userkit

    def came_in_between(username):
        make_person("dora")
        return User.objects.none()

    monkeypatch.setattr(userkit, "filter_users_by_username", came_in_between)
    answer = sign_up(client, email="other@example.org")
    assert answer.status_code == 409
    assert "just taken this name" in answer.content.decode()


def test_a_mail_server_that_is_down_is_said_and_the_account_gets_its_link_later(client, settings):
    working = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = sign_up(client)
    assert answer.status_code == 503
    assert "The e-mail could not be sent." in answer.content.decode()
    settings.EMAIL_BACKEND = working
    cache.clear()
    assert sign_in(client, "dora").url == "/account/confirm-email/"
    assert mail.outbox[0].to == ["dora@example.org"]


def test_a_switched_off_account_is_told_so(client, alice):
    User.objects.update(is_active=False)
    assert sign_in(client, "alice").url == "/account/inactive/"
    assert "switched off" in client.get("/account/inactive/").content.decode()


def test_changing_the_password_ends_the_session_and_the_new_one_works(as_alice):
    new = "quite-another-phrase"
    as_alice.post(
        "/account/password/change/",
        {"oldpassword": PASSWORD, "password1": new, "password2": new},
    )
    assert not is_signed_in(as_alice)
    sign_in(as_alice, "alice", new)
    assert is_signed_in(as_alice)


def test_a_second_address_counts_after_confirmation_and_can_become_the_main_one(
    client, alice, settings
):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    as_alice = client
    sign_in(as_alice, "alice")
    as_alice.post("/account/email/", {"action_add": "", "email": "new@example.org"})
    assert "Not confirmed" in as_alice.get("/account/email/").content.decode()
    as_alice.post(link_in_the_mail())
    as_alice.post("/account/email/", {"action_primary": "", "email": "new@example.org"})
    assert mail.outbox[-1].to == ["alice@example.org"]
    assert "from alice@example.org to new@example.org" in mail.outbox[-1].body
    alice.refresh_from_db()
    assert alice.email == "new@example.org"
    as_alice.post("/account/email/", {"action_remove": "", "email": "alice@example.org"})
    assert list(alice.emailaddress_set.values_list("email", flat=True)) == ["new@example.org"]


@pytest.mark.parametrize(
    "path",
    [
        "login/",
        "signup/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/abc-def/",
        "password/reset/key/done/",
        "confirm-email/",
        "confirm-email/unknown/",
        "inactive/",
    ],
)
def test_every_page_at_the_entrance_is_ours(client, path):
    page = client.get(f"/account/{path}", follow=True)
    assert page.status_code == 200
    assert "css/entrance.css" in page.content.decode()


@pytest.mark.parametrize("path", ["email/", "password/change/", "logout/", "reauthenticate/"])
def test_every_page_of_ones_own_account_is_ours(as_alice, path):
    page = as_alice.get(f"/account/{path}")
    assert page.status_code == 200
    assert "css/entrance.css" in page.content.decode()


def test_a_person_without_a_password_can_set_one(as_alice, alice):
    alice.set_unusable_password()
    alice.save()
    as_alice.force_login(alice)
    assert as_alice.get("/account/password/change/").url == "/account/password/set/"
    assert "Set a password" in as_alice.get("/account/password/set/").content.decode()


def test_a_page_out_of_date_is_said_to_be_so(alice):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    answer = strict.post("/account/logout/")
    assert answer.status_code == 403
    assert "out of date" in answer.content.decode()


def test_visitors_have_no_units(rf):
    from billing.context_processors import units

    request = rf.get("/")
    request.user = AnonymousUser()
    assert not units(request)["units"]


def test_where_notices_are_on_a_changed_password_is_told_by_mail(as_alice, settings):
    settings.ACCOUNT_EMAIL_NOTIFICATIONS = True
    new = {"password1": "quite-another-phrase", "password2": "quite-another-phrase"}
    as_alice.post("/account/password/change/", new | {"oldpassword": PASSWORD})
    (notice,) = mail.outbox
    assert notice.to == ["alice@example.org"]
    assert notice.subject == "Your password was changed"
    assert "127.0.0.1" in notice.body
    assert "http://localhost:8000/account/password/reset/" in notice.body


def test_a_change_of_address_needs_the_password_again_after_a_while(client, settings, alice):
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 0
    sign_in(client, "alice")
    asked = client.post("/account/email/", {"action_add": "", "email": "new@example.org"})
    assert asked.url.startswith("/account/reauthenticate/")
    assert "Is it you?" in client.get(asked.url).content.decode()
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    client.post(asked.url, {"password": PASSWORD})
    assert client.get("/account/email/").status_code == 200


@pytest.mark.parametrize(
    ("changes", "first"),
    [({}, "email"), ({"email": "no address"}, "email"), ({"username": "a/b"}, "username")],
)
def test_the_first_wrong_field_has_the_focus(client, changes, first):
    page = sign_up(client, **changes) if changes else client.get("/account/signup/")
    wanting = re.findall(r'name="(\w+)"[^>]* autofocus', page.content.decode())
    assert wanting[0] == first


def test_after_a_refused_sign_in_one_goes_on_typing(client):
    page = client.post("/account/login/", {"login": "nobody", "password": "wrong-password"})
    assert re.findall(r'name="(\w+)"[^>]* autofocus', page.content.decode()) == ["login"]


@pytest.fixture
def mistyped(alice):
    """An address that Alice says is hers, and never confirmed."""
    return alice.emailaddress_set.create(email="dora@example.org")


@pytest.mark.both
def test_an_address_is_not_kept_from_its_owner_by_whoever_says_it_is_theirs(client, mistyped):
    sign_up(client)
    assert mail.outbox[-1].subject == "Confirm your e-mail address"
    client.post(link_in_the_mail())
    assert User.objects.get(username="dora").emailaddress_set.get().verified
    assert not type(mistyped).objects.filter(pk=mistyped.pk).exists()


@pytest.mark.both
def test_neither_from_whoever_adds_it_to_their_account(bob, mistyped):
    client = Client()
    sign_in(client, "bob")
    client.post("/account/email/", {"action_add": "", "email": "Dora@example.org"})
    client.post(link_in_the_mail())
    assert bob.emailaddress_set.filter(email="dora@example.org", verified=True).exists()


@pytest.mark.both
def test_what_is_confirmed_or_was_signed_up_with_gives_way_to_nobody(client, alice):
    second = alice.emailaddress_set.create(email="dora@example.org", verified=True)
    sign_up(client)
    sign_up(client, email="alice@example.org")
    assert type(second).objects.filter(user=alice).count() == 2
    assert [letter.subject for letter in mail.outbox] == ["You have an account already"] * 2


@pytest.mark.both
def test_a_mistyped_address_opens_no_account(client, mistyped):
    client.post("/account/password/reset/", {"email": "dora@example.org"})
    assert "/password/reset/key/" not in mail.outbox[-1].body
    mistyped.verified = True
    mistyped.save()
    client.post("/account/password/reset/", {"email": "dora@example.org"})
    assert "/password/reset/key/" in mail.outbox[-1].body
