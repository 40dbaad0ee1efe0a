"""Invitations by mail: who may send them, who may accept them, and how often."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.utils.timezone import now

from accounts.models import User
from generation import clearing, collector
from generation.tests.engine import at_once
from pixazo.errors import UserError
from pixazo.tests.cast import PASSWORD
from workspaces import inviting
from workspaces.models import Invitation, Membership, Workspace

pytestmark = pytest.mark.django_db

GUEST = "guest@example.org"


@pytest.fixture(autouse=True)
def nobody_invited_before(db):
    cache.clear()


def invite(client, email="charlie@example.org", role="editor", slug="studio"):
    return client.post(f"/w/{slug}/people/invite/", {"email": email, "role": role})


def link():
    site = re.escape(settings.SITE_URL)
    (address,) = re.findall(rf"{site}(/invitations/\S+)", mail.outbox[-1].body)
    return address


def accept(client):
    return client.post(f"{link()}accept/")


def test_the_owner_invites_and_the_person_comes_in_by_the_letter(as_alice, as_charlie, studio):
    sent = invite(as_alice)
    assert sent.url == "/w/studio/people/"
    letter = mail.outbox[0]
    assert letter.to == ["charlie@example.org"]
    assert letter.subject == "alice invites you to “Studio”"
    assert "as: Editor" in letter.body

    page = as_charlie.get(link()).content.decode()
    assert "alice invites you to “Studio”" in page
    assert as_charlie.get("/w/studio/").status_code == 404
    assert accept(as_charlie).url == "/w/studio/"
    assert as_charlie.get("/w/studio/").status_code == 200
    listed = as_charlie.get("/workspaces/").content.decode()
    assert "alice, shared with you · Editor" in listed


def test_the_letters_secret_is_kept_as_a_hash_only(as_alice, studio):
    invite(as_alice)
    token = link().split("/")[2]
    row = Invitation.objects.values().get()
    assert token not in " ".join(map(str, row.values()))


def test_a_look_at_the_link_does_nothing(as_alice, as_charlie, studio):
    invite(as_alice)
    for _ in range(2):
        assert as_charlie.get(link()).status_code == 200
    assert studio.memberships.count() == 2
    assert as_charlie.get(f"{link()}accept/").status_code == 405


def test_it_works_once(as_alice, as_charlie, studio, charlie):
    invite(as_alice)
    accept(as_charlie)
    studio.memberships.filter(user=charlie).delete()
    again = accept(as_charlie)
    assert again.status_code == 404
    assert "was used, withdrawn or sent anew, or is older than a week" in again.content.decode()
    assert as_charlie.get(link()).status_code == 404


def test_whoever_works_there_by_it_is_led_there_by_the_link(as_alice, as_charlie, studio):
    invite(as_alice)
    accept(as_charlie)
    assert as_charlie.get(link()).url == "/w/studio/"
    assert accept(as_charlie).url == "/w/studio/"


@pytest.mark.parametrize("client_of", ["as_charlie", "as_bob"])
def test_it_is_for_an_account_with_that_confirmed_address_only(
    request, as_alice, studio, client_of
):
    invite(as_alice, GUEST)
    theirs = request.getfixturevalue(client_of)
    page = theirs.get(link()).content.decode()
    assert f"<strong>{GUEST}</strong>" in page
    assert "accept/" not in page
    assert accept(theirs).status_code == 403
    assert not Invitation.objects.exclude(accepted=None).exists()


def test_an_address_that_is_not_confirmed_yet_is_not_enough(as_alice, as_charlie, studio, charlie):
    invite(as_alice, GUEST)
    address = EmailAddress.objects.create(user=charlie, email=GUEST)
    assert accept(as_charlie).status_code == 403
    address.verified = True
    address.save()
    assert accept(as_charlie).url == "/w/studio/"


def test_somebody_new_signs_up_with_the_address_filled_in_and_comes_back(as_alice, studio):
    invite(as_alice, GUEST)
    address, client = link(), Client()
    page = client.get(address).content.decode()
    (sign_up,) = re.findall(r'href="(/account/signup/[^"]+)"', page)
    form = client.get(sign_up.replace("&amp;", "&")).content.decode()
    assert f'value="{GUEST}"' in form
    assert f'name="next" value="{address}"' in form
    client.post(
        "/account/signup/",
        {"email": GUEST, "username": "guest", "password1": PASSWORD, "next": address},
    )
    (confirm,) = re.findall(r"(/account/confirm-email/\S+)", mail.outbox[-1].body)
    assert client.post(confirm).url == address
    assert client.post(f"{address}accept/").url == "/w/studio/"
    assert Membership.objects.filter(user__username="guest", workspace=studio).exists()


def test_whoever_is_not_signed_in_is_asked_to(as_alice, client, studio):
    invite(as_alice)
    assert client.get(link()).status_code == 200
    assert accept(client).url.startswith("/account/login/?next=/invitations/")


def test_the_page_of_the_link_tells_no_other_site_where_one_came_from(as_alice, client, studio):
    invite(as_alice)
    page = client.get(link())
    assert page["Referrer-Policy"] == "same-origin"
    assert "no-store" in page["Cache-Control"]


@pytest.mark.parametrize("path", ["/invitations/none/", "/invitations/%00/", "/invitations/ü/"])
def test_a_false_link_leads_nowhere(client, db, path):
    assert client.get(path).status_code in {400, 404}


def test_after_a_week_it_is_over(as_alice, as_charlie, studio, time_machine):
    time_machine.move_to("2026-01-01T00:00Z")
    invite(as_alice)
    time_machine.move_to("2026-01-08T00:00:01Z")
    as_charlie.force_login(User.objects.get(username="charlie"))
    assert as_charlie.get(link()).status_code == 404
    assert accept(as_charlie).status_code == 404
    assert not Membership.objects.filter(user__username="charlie").exists()


def test_withdrawn_it_lets_nobody_in(as_alice, as_charlie, studio):
    invite(as_alice)
    pk = Invitation.objects.get().pk
    as_alice.post(f"/w/studio/invitations/{pk}/withdraw/")
    assert accept(as_charlie).status_code == 404
    assert not as_alice.get("/w/studio/people/").context["invitations"]


def test_sent_again_the_first_link_is_over(as_alice, as_charlie, studio):
    invite(as_alice)
    first, pk = link(), Invitation.objects.get().pk
    as_alice.post(f"/w/studio/invitations/{pk}/send/")
    assert as_charlie.get(first).status_code == 404
    assert accept(as_charlie).url == "/w/studio/"


def test_invited_twice_there_is_one_invitation_with_the_later_role(as_alice, as_charlie, studio):
    invite(as_alice)
    invite(as_alice, " Charlie@Example.ORG ", "viewer")
    assert Invitation.objects.get().role == "viewer"
    accept(as_charlie)
    assert studio.memberships.get(user__username="charlie").role == "viewer"


def test_an_address_with_an_account_and_one_without_are_answered_alike(as_alice, studio, charlie):
    pages = []
    for email in (charlie.email, GUEST):
        page = as_alice.get(invite(as_alice, email).url).content.decode()
        pages.append(page.count(email) - page.count(f"to {email}"))
    assert pages[0] == pages[1]
    assert len(mail.outbox) == 2


@pytest.mark.once
def test_whoever_is_invited_anew_is_said_to_have_lost_the_first_link(as_alice, studio):
    said = as_alice.get(invite(as_alice).url).text
    assert "An invitation is on its way to charlie@example.org." in said
    said = as_alice.get(invite(as_alice, role="viewer").url).text
    assert "Another letter is on its way to charlie@example.org." in said
    assert "The link in the first works no more." in said


def test_a_member_who_accepts_again_keeps_the_role_they_have(as_alice, as_bob, studio):
    invite(as_alice, "bob@example.org", "viewer")
    assert accept(as_bob).url == "/w/studio/"
    assert studio.memberships.get(user__username="bob").role == "editor"


@pytest.mark.parametrize(
    ("email", "role"),
    [
        ("", "editor"),
        ("nobody", "editor"),
        ("a@example.org\nBcc: b@example.org", "editor"),
        ("a@example.org\r\nSubject: x", "editor"),
        ("a@example.org,b@example.org", "editor"),
        ("Charlie <charlie@example.org>", "editor"),
        (f"{'x' * 250}@example.org", "editor"),
        (GUEST, "owner"),
        (GUEST, ""),
        (GUEST, "admin"),
        ("alice@example.org", "editor"),
    ],
)
def test_what_is_no_invitation_is_refused_with_a_sentence(as_alice, studio, email, role):
    assert invite(as_alice, email, role).status_code == 400
    assert mail.outbox == []
    assert not Invitation.objects.exists()


def test_no_name_gets_into_the_letters_head(as_alice, alice, studio):
    """What a row holds is one line already; here somebody got past that."""
    Workspace.objects.update(name="Fun\r\nBcc: victim@example.org\r\n\r\nBuy")
    invite(as_alice)
    letter = mail.outbox[0]
    assert "\n" not in letter.subject
    head = letter.message().as_string().partition("\n\n")[0]
    assert not re.search(r"^Bcc:", head, re.MULTILINE)
    assert letter.recipients() == ["charlie@example.org"]


def test_only_the_owner_invites(as_bob, as_charlie, client, studio):
    assert invite(as_bob).status_code == 404
    assert invite(as_charlie).status_code == 404
    assert invite(client).url.startswith("/account/login/")
    assert mail.outbox == []


def test_members_see_no_invitations(as_alice, as_bob, studio):
    invite(as_alice, GUEST)
    page = as_bob.get("/w/studio/people/").content.decode()
    assert GUEST not in page
    assert "Send invitation" not in page
    pk = Invitation.objects.get().pk
    for door in ("send", "withdraw"):
        assert as_bob.post(f"/w/studio/invitations/{pk}/{door}/").status_code == 404


def test_the_owner_of_another_workspace_reaches_no_invitation(
    as_alice, as_charlie, studio, charlie
):
    invite(as_alice, GUEST)
    pk = Invitation.objects.get().pk
    Workspace.found(charlie, "Elsewhere")
    for door in ("send", "withdraw"):
        assert as_charlie.post(f"/w/elsewhere/invitations/{pk}/{door}/").status_code == 404
    assert Invitation.objects.get().revoked is None


def test_nobody_gets_many_letters(as_alice, studio):
    for _ in range(inviting.LETTERS_TO_ONE):
        assert invite(as_alice).status_code == 302
    refused = invite(as_alice)
    assert refused.status_code == 429
    assert "Try again later" in refused.content.decode()
    assert len(mail.outbox) == inviting.LETTERS_TO_ONE


def test_nobody_sends_many_letters(as_alice, studio, monkeypatch):
    monkeypatch.setattr(inviting, "LETTERS_AN_HOUR", 2)
    answers = [invite(as_alice, f"{name}@example.org").status_code for name in "abc"]
    assert answers == [302, 302, 429]


def test_a_workspace_has_room_for_so_many(as_alice, studio, monkeypatch):
    monkeypatch.setattr(inviting, "MOST_PENDING", 2)
    answers = [invite(as_alice, f"{name}@example.org").status_code for name in "abc"]
    assert answers == [302, 302, 409]
    monkeypatch.setattr(inviting, "MOST_PENDING", 50)
    monkeypatch.setattr(inviting, "MOST_PEOPLE", 4)
    assert invite(as_alice, "d@example.org").status_code == 409


def test_a_letter_that_can_not_be_sent_waits_to_be_sent_again(as_alice, studio, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError("No mail server")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", fail)
    page = invite(as_alice)
    assert page.status_code == 503
    assert "could not be sent" in page.content.decode()
    assert Invitation.objects.get().is_open


def test_the_letter_is_in_the_language_of_whoever_invites(as_alice, studio, settings):
    as_alice.cookies[settings.LANGUAGE_COOKIE_NAME] = "de"
    invite(as_alice)
    assert mail.outbox[0].subject == "alice lädt dich zu „Studio“ ein"
    assert "Deine Rolle: Mitarbeit" in mail.outbox[0].body


def test_a_workspace_that_is_gone_takes_its_invitations_along(as_alice, as_charlie, studio):
    invite(as_alice)
    studio.delete_with_everything()
    assert as_charlie.get(link()).status_code == 404
    assert accept(as_charlie).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_of_those_who_accept_at_once_one_comes_in(studio, alice, charlie, bob):
    """Two accounts have had the address confirmed, one after the other."""
    invitation = Invitation(workspace=studio, email=GUEST, role="viewer")
    invitation.renew(alice)
    invitation.save()
    dora, emil = (
        User.objects.create_user(name, f"{name}@example.org") for name in ("dora", "emil")
    )
    people = [charlie, dora, emil]
    EmailAddress.objects.bulk_create(
        EmailAddress(user=each, email=email, verified=True)
        for each, email in zip(
            people, (GUEST, "Guest@example.org", "GUEST@example.org"), strict=True
        )
    )

    def do(number):
        return inviting.accept(Invitation.objects.get(), people[number])

    results = at_once(3, do)
    assert sorted(type(each).__name__ for each in results) == [
        "InvitationOver",
        "InvitationOver",
        "Membership",
    ]
    assert studio.memberships.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_invitations_of_one_address_at_once_are_one(studio, alice):
    clients = [Client(), Client(), Client()]
    for each in clients:
        each.force_login(alice)
    results = at_once(3, lambda number: invite(clients[number], GUEST).status_code)
    assert results == [302] * 3
    assert Invitation.objects.count() == 1


def test_an_invitation_is_not_taken_twice_whatever_was_read_before(studio, alice, charlie):
    invitation = Invitation(workspace=studio, email=charlie.email, role="viewer")
    invitation.renew(alice)
    invitation.save()
    Invitation.objects.update(revoked=now())
    with pytest.raises(UserError):
        inviting.accept(invitation, charlie)
    assert not studio.memberships.filter(user=charlie).exists()


def test_an_old_letter_does_not_let_in_by_its_old_role(as_alice, studio, charlie):
    """Read before the owner thought better of the role, and pressed after."""
    invite(as_alice, role="editor")
    read_before = Invitation.objects.get()
    invite(as_alice, role="viewer")
    with pytest.raises(inviting.InvitationOver):
        inviting.accept(read_before, charlie)
    assert not studio.memberships.filter(user=charlie).exists()


def test_a_letter_leads_to_the_site_whatever_name_it_was_sent_from(as_alice, studio, settings):
    settings.ALLOWED_HOSTS = ["other.example", "testserver"]
    settings.SITE_URL = "https://pictures.example"
    as_alice.post(
        "/w/studio/people/invite/",
        {"email": GUEST, "role": "viewer"},
        HTTP_HOST="other.example",
    )
    assert "https://pictures.example/invitations/" in mail.outbox[0].body
    assert "other.example/invitations/" not in mail.outbox[0].body


def test_pages_are_told_of_a_withdrawal_once_it_is_so(as_alice, studio, monkeypatch):
    invite(as_alice)
    told = []
    monkeypatch.setattr(
        inviting, "announce", lambda place: told.append(Invitation.objects.open().exists())
    )
    as_alice.post(f"/w/studio/invitations/{Invitation.objects.get().pk}/withdraw/")
    assert told == [False]


def test_with_an_account_its_address_goes_from_all_invitations(as_alice, as_charlie, studio):
    invite(as_alice)
    accept(as_charlie)
    invite(as_alice, "second@example.org")
    charlie = User.objects.get(username="charlie")
    charlie.emailaddress_set.create(email="Second@example.org", verified=True)
    invite(as_alice, GUEST)
    charlie.emailaddress_set.create(email=GUEST, verified=False)  # a claim only
    # By another address by now: the one that they came in by is theirs no less.
    charlie.emailaddress_set.filter(email="charlie@example.org").delete()
    charlie.delete()
    assert [each.email for each in Invitation.objects.all()] == [GUEST]


def test_a_month_after_it_is_over_no_address_is_left(
    as_alice, as_charlie, studio, alice, time_machine
):
    time_machine.move_to("2026-01-01T00:00Z", tick=False)
    as_alice.force_login(alice)
    as_charlie.force_login(User.objects.get(username="charlie"))
    for email in ("withdrawn@example.org", "late@example.org", "charlie@example.org"):
        invite(as_alice, email)
    accept(as_charlie)
    withdrawn = Invitation.objects.get(email="withdrawn@example.org")
    as_alice.post(f"/w/studio/invitations/{withdrawn.pk}/withdraw/")
    time_machine.move_to("2026-01-30T00:00Z")
    as_alice.force_login(alice)
    invite(as_alice, GUEST)
    collector.collect()
    assert Invitation.objects.count() == 4
    time_machine.move_to("2026-02-01T00:00Z")
    assert clearing.expected()[0]["invitations"].rows == 2
    assert collector.collect().removed["invitations"]["rows"] == 2
    left = {each.email for each in Invitation.objects.all()}
    assert left == {"late@example.org", GUEST}
    time_machine.move_to("2026-02-08T00:00Z")
    collector.collect()
    assert {each.email for each in Invitation.objects.all()} == {GUEST}
