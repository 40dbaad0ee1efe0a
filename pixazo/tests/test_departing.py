"""Nothing is left of a person who deleted their account: in no row, in no file, in no name."""

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models
from django.utils.timezone import now

from accounts import departing, tasks
from accounts.models import ApiKey, Delivery, Departure, Notice, Preference, User
from accounts.telling.delivering import deliver_due
from billing.models import Account, Customer, LedgerEntry, Plan, Subscription
from generation import meter, uploads
from generation.models import Image, Job, PictureComment, SafetyCase, ShareLink, Upload
from generation.own import Pictures
from generation.storage import stored_keys
from generation.tests.engine import ask, draw_all
from generation.tests.experiments import begun
from generation.tests.pictures_for_tests import as_bytes, picture
from pixazo.tests.cast import PASSWORD, make_person
from workspaces.comments.saying import write
from workspaces.joining import join
from workspaces.models import (
    ArchiveJob,
    Invitation,
    Membership,
    SavedPrompt,
    Scope,
    Style,
    Theme,
    WordList,
    Workspace,
)
from workspaces.people import hand_over

pytestmark = [pytest.mark.django_db, pytest.mark.both]

NAME, WORD = "zanzibara", "quetzalcoatl"

# Rows that stay and no longer say whose they were. All others go with their person.
STAYS = {
    "billing.Account.user": "the ledger",
    "billing.Customer.user": "orders; Stripe is told to forget them",
    "accounts.InviteCode.maker": "a way in for others",
    "accounts.Departure.person": "until the last letter is written",
    "accounts.StaffAct.actor": "what staff did to somebody else's account",
    "accounts.Ticket.owner": "who of staff looks after somebody else's request",
    "accounts.TicketEvent.by": "somebody else's request",
    "accounts.TicketMessage.author": "an answer of staff; one's own go with the request",
    "workspaces.Topic.author": "a topic that others work in",
    "workspaces.Deed.by": "that it was done",
    "workspaces.Deed.whom": "that it was done",
    "workspaces.Invitation.inviter": "somebody else's way in",
    "workspaces.Invitation.accepted_by": "goes in workspaces/forgetting.py",
    "generation.Upload.author": "goes in generation/own.py",
    "generation.SafetyCase.decided_by": "a decision of staff",
    "generation.Publication.decided_by": "a decision of staff",
    "generation.Complaint.user": "what was said of somebody's picture",
    "chat.Conversation.author": "a chat in which others spoke",
    "chat.Message.author": "goes in chat/own.py",
    "chat.ChatComment.author": "emptied in workspaces/comments/leaving.py",
    "chat.ChatComment.resolved_by": "that a thread is settled",
    "generation.PictureComment.author": "emptied in workspaces/comments/leaving.py",
    "generation.PictureComment.resolved_by": "that a thread is settled",
}


def test_every_column_that_names_a_person_goes_or_is_known_to_stay():
    unknown, seen = {}, set()
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            if not (isinstance(field, models.ForeignKey) and field.related_model is User):
                continue
            name = f"{model._meta.label}.{field.name}"
            is_history = field.name == "history_user"
            if field.remote_field.on_delete is models.CASCADE:
                continue
            seen.add(name)
            if not (is_history or name in STAYS):
                unknown[name] = field.remote_field.on_delete.__name__
    assert unknown == {}, "say in STAYS why it stays, or let it go in a room's own.py"
    assert set(STAYS) <= seen


@pytest.fixture
def person(db):
    return make_person(NAME)


@pytest.fixture
def as_person(person, client):
    client.force_login(person)
    return client


def fill(person, alice, studio, painter):
    """One of nearly everything of theirs, in a place of their own and in Alice's."""
    own = Workspace.found(person, f"Place {WORD}")
    join(studio, person, "editor")
    given = Workspace.found(person, "Given away")
    join(given, alice, "editor")
    for place in (own, studio, given):
        ask(place, painter, person, prompt=f"a {WORD}")
    draw_all()
    begun(own, ("seed", "1,2"), author=person)
    for place in (own, studio):
        uploads.receive(place, person, SimpleUploadedFile("x", as_bytes(picture())), "file")
    asked = ask(studio, painter, person, prompt=f"a {WORD}, waiting")
    for kind, words in (
        (Style, {"name": WORD}),
        (Theme, {"name": WORD}),
        (SavedPrompt, {"title": WORD, "prompt": WORD}),
        (WordList, {"name": WORD, "lines": WORD}),
    ):
        kind.objects.create(owner=person, scope=Scope.PERSONAL, **words)
    shared = Style.objects.create(
        owner=person, scope=Scope.WORKSPACE, workspace=studio, name="For all"
    )
    membership = Membership.objects.select_related("workspace", "user").get(
        workspace=studio, user=person
    )
    ask(studio, painter, alice, prompt="a fox")
    draw_all()
    fox = Image.objects.get(job__batch__author=alice)
    write(PictureComment(image=fox), membership, f"Look, {WORD}")
    link = ShareLink.share(fox, person, "picture", None)
    ApiKey.issue(person, WORD)
    Preference.objects.remember(person, {"studio_model": WORD})
    Notice.objects.tell(person, WORD, "/", sender=alice, subject=studio.pk)
    Notice.objects.tell(alice, f"{NAME} was here", "/", sender=person, subject=studio.pk)
    case = SafetyCase.objects.create(
        author=person,
        stage="output",
        reason="other",
        level="standard",
        checker="test",
        quarantined=default_storage.save(
            f"quarantine/{WORD}.png", ContentFile(as_bytes(picture()))
        ),
    )
    Invitation(workspace=own, email="x@example.org", role="viewer").renew(person)
    ArchiveJob.export(own, person)
    given_to = given.memberships.select_related("workspace", "user").get(user=alice)
    ask(given, painter, alice, prompt="a hare")
    draw_all()
    hand_over(given, person, given_to)
    return {"link": link, "asked": asked, "shared": shared, "case": case, "given": given}


def everywhere(*words):
    """Where one of the words is in the database or in the name of a stored file."""
    found = set()
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            for row in cursor.fetchall():
                text = " ".join(map(str, row)).lower()
                found |= {(name, word) for word in words if word in text}
    for folder in ("generated", "uploads", "quarantine", "archives", "faces", "exports"):
        for key in stored_keys(folder):
            found |= {(key, word) for word in words if word in key.lower()}
    return found


@pytest.fixture
def no_bell(monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    monkeypatch.setattr("accounts.views.departure.ring_for_departure", lambda pk: None)


def go(client, password=PASSWORD):
    return client.post("/account/delete/", {"password": password})


def test_nothing_is_left(
    as_person, person, alice, studio, painter, no_bell, django_capture_on_commit_callbacks
):
    known = fill(person, alice, studio, painter)
    words = NAME, WORD, person.pk.hex, str(person.pk)
    assert {word for _, word in everywhere(*words)} >= {NAME, WORD}
    spent = LedgerEntry.objects.filter(account__user=person).count()
    assert go(as_person).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        departing.complete(Departure.objects.get().pk)
    assert not mail.outbox, "As all letters, it is sent by those who send them."
    deliver_due()
    kept = {"pixazo_event", "pixazo_cache"}  # forgotten after an hour at most
    assert {each for each in everywhere(*words) if each[0] not in kept} == set()
    assert not Image.objects.exclude(job__batch__author=alice).exists()
    assert not Upload.objects.exists()
    assert not default_storage.exists(known["case"].quarantined)
    # What is others' is there, and its files are.
    assert Image.objects.count() == 2
    for image in Image.objects.all():
        assert all(default_storage.exists(key) for key in image.keys)
    known["shared"].refresh_from_db()
    assert known["shared"].owner is None
    # The ledger is there, and nobody's.
    account = Account.objects.get(user=None)
    assert account.entries.count() == spent > 0
    assert account.held == 0
    (letter,) = mail.outbox
    assert letter.to == [f"{NAME}@example.org"]
    assert "deleted" in letter.subject


def test_what_somebody_else_had_drawn_of_their_request_takes_no_more_of_that_ones_room(
    person, bob, painter, django_capture_on_commit_callbacks
):
    ask(Workspace.found(person, "Ours"), painter, person)
    draw_all()
    Job.objects.update(author_id=bob.pk)  # as who asks for it once more, with units of theirs
    Account.objects.of(bob)
    meter.recount(bob.pk)
    assert Account.objects.of(bob).stored > 0
    with django_capture_on_commit_callbacks(execute=True):
        Pictures().remove(person)
    assert not Image.objects.exists()
    assert Account.objects.of(bob).stored == 0


def test_it_is_closed_at_once(as_person, person, alice, studio, painter, no_bell, client):
    known = fill(person, alice, studio, painter)
    _, key = ApiKey.issue(person, "Laptop")
    go(as_person)
    person.refresh_from_db()
    assert not person.is_active
    assert as_person.get("/account/").url.startswith("/account/login/")
    answer = client.get("/api/queue", headers={"Authorization": f"Bearer {key}"})
    assert answer.status_code == 401
    assert client.get(f"/s/{known['link'].token}/").status_code == 404
    assert not Invitation.objects.open().filter(workspace__owner=person).exists()


def test_what_is_being_drawn_is_cancelled(as_person, person, alice, studio, painter, no_bell):
    asked = fill(person, alice, studio, painter)["asked"]
    assert asked.jobs.get().image
    more = ask(studio, painter, person, prompt="one more")
    go(as_person)
    departing.complete(Departure.objects.get().pk)
    assert not Job.objects.filter(batch=more).exists()
    assert draw_all() is None


def test_it_may_be_rung_for_twice_and_goes_on_after_it_broke_off(
    as_person, person, alice, studio, painter, no_bell, monkeypatch
):
    fill(person, alice, studio, painter)
    go(as_person)
    departure = Departure.objects.get()

    def broken(keys):
        raise ConnectionError("the storage is away")

    with monkeypatch.context() as patched:
        patched.setattr("generation.pictures.discard", broken)
        with pytest.raises(ConnectionError):
            departing.complete(departure.pk)
    departing.complete(departure.pk)  # somebody works on it, as far as is known
    assert User.objects.filter(pk=person.pk).exists()
    Departure.objects.update(taken=None)
    departing.complete(departure.pk)
    departing.complete(departure.pk)
    assert not User.objects.filter(pk=person.pk).exists()
    deliver_due()
    deliver_due()
    assert len(mail.outbox) == 1


def test_what_waits_is_rung_for(as_person, no_bell, monkeypatch):
    go(as_person)
    rung = []
    monkeypatch.setattr(tasks, "ring_for_departure", rung.append)
    tasks.look_after_people()
    assert rung == [Departure.objects.get().pk]


def test_who_shares_a_workspace_hands_it_over_or_deletes_it_first(as_person, person, bob, no_bell):
    place = Workspace.found(person, "Shared")
    join(place, bob, "viewer")
    page = as_person.get("/account/delete/").content.decode()
    assert "Others work in “Shared”" in page
    assert f"/w/{place.slug}/people/" in page
    assert "Delete my account" not in page
    assert go(as_person).status_code == 409
    assert User.objects.get(pk=person.pk).is_active


def test_what_was_paid_for_and_is_lost_is_said_before(as_person, person, no_bell):
    assert "not paid back" not in as_person.get("/account/delete/").content.decode()
    account = Account.objects.of(person)
    account.grant(100, reason="bought", reference="one")
    Subscription.objects.create(
        customer=Customer.objects.create(user=person, stripe_id="cus_1"),
        stripe_id="sub_1",
        plan=Plan.objects.get(slug="pro"),
        status="active",
        read=now(),
    )
    page = as_person.get("/account/delete/").content.decode()
    assert "Your extra units are lost: 100." in page
    assert "Your plan, Pro, ends at once" in page


@pytest.mark.parametrize("password", ["", "wrong"])
def test_it_takes_the_password(as_person, person, password, no_bell):
    assert go(as_person, password).status_code == 400
    assert User.objects.get(pk=person.pk).is_active
    assert not Departure.objects.exists()


def test_staff_are_no_longer_staff_first(as_dora, no_bell):
    assert go(as_dora).status_code == 409
    assert "Somebody else of the staff" in as_dora.get("/account/delete/").content.decode()


def test_a_letter_that_can_not_be_sent_is_tried_again_and_keeps_nothing_in_the_end(
    as_person, person, no_bell, monkeypatch
):
    def refuse(*args, **kwargs):
        raise OSError("no mail today")

    go(as_person)
    monkeypatch.setattr("accounts.telling.letters.EmailMessage.send", refuse)
    departing.complete(Departure.objects.get().pk)
    assert not Departure.objects.exists()
    assert not get_user_model().objects.filter(pk=person.pk).exists()
    for _attempt in range(6):
        row = Delivery.objects.get()
        assert (row.state, row.payload["to"]) == ("waiting", f"{NAME}@example.org")
        Delivery.objects.update(due=now())
        deliver_due()
    row.refresh_from_db()
    assert (row.state, row.payload) == ("failed", {})
