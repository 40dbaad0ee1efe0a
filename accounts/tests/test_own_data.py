"""All that is somebody's own as one file: put together once, whole, for them alone."""

import io
import json
import re
import zipfile
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import models
from django.test import Client
from django.utils.timezone import now

from accounts import taking_along, tasks
from accounts.models import (
    ApiKey,
    DataExport,
    Notice,
    PageView,
    Preference,
    StaffAct,
    User,
    Webhook,
)
from generation import uploads
from generation.models import Image, OwnKey, Service, SmartView
from generation.tests.engine import ask, draw_all
from generation.tests.pictures_for_tests import as_bytes, picture
from pixazo.tests.cast import PASSWORD, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def fresh(alice, monkeypatch):
    """Alice, who has just typed her password."""
    monkeypatch.setattr("accounts.views.own_data.ring_for_export", lambda pk: None)
    client = Client()
    client.post("/account/login/", {"login": "alice", "password": PASSWORD})
    client.post("/account/reauthenticate/", {"password": PASSWORD})
    return client


@pytest.fixture
def made(alice, bob, studio, painter, monkeypatch):
    """What is Alice's and what is Bob's, in one workspace."""
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    ask(studio, painter, alice, prompt="a fox")
    ask(studio, painter, bob, prompt="bobs secret hare")
    draw_all()
    uploads.receive(studio, alice, SimpleUploadedFile("x", as_bytes(picture())), "file")
    ApiKey.issue(alice, "Laptop")
    Preference.objects.remember(alice, {"theme": "light"})


def whole(export):
    taking_along.work(export.pk)
    export.refresh_from_db()
    return zipfile.ZipFile(io.BytesIO(b"".join(taking_along.chunks_of(export))))


def test_it_holds_all_that_is_theirs_and_nothing_of_others(alice, bob, made):
    archive = whole(DataExport.objects.ask(alice))
    assert archive.testzip() is None
    rows = {name: json.loads(archive.read(name)) for name in archive.namelist() if ".json" in name}
    profile = rows["profile.json"]
    assert profile[0]["email"] == "alice@example.org"
    assert {row["what"] for row in profile} == {"profile", "address", "preference", "key"}
    (image,) = rows["pictures.json"]
    row = Image.objects.get(job__author_id=alice.pk)
    with default_storage.open(row.original) as file:
        assert archive.read(image["file"]) == file.read()
    assert image["recipe"]["prompt"] == "a fox"
    (upload,) = rows["uploads.json"]
    assert archive.read(upload["file"])
    assert any(row["what"] == "entry" for row in rows["ledger.json"])
    assert any(row.get("prompt") == "a fox" for row in rows["words.json"])
    everything = b"".join(archive.read(name) for name in archive.namelist())
    # A picture's bytes may hold any three letters.
    told = b"".join(archive.read(name) for name in archive.namelist() if ".json" in name)
    assert not re.search(rb"\bbob\b", told)
    assert b"bob@example" not in everything
    assert str(bob.pk).encode() not in everything
    assert b"digest" not in everything


# Rows that name a person and are not in what they take along.
LEFT_OUT = {
    "admin.LogEntry": "what they did as staff, to others",
    "accounts.User_groups": "what they may as staff",
    "accounts.User_user_permissions": "likewise",
    "accounts.Correspondent": "secrets of the letters of their requests",
    "accounts.DataExport": "this file itself",
    "accounts.Delivery": "letters about what is in here, sent or about to be",
    "accounts.Departure": "only after they have gone",
    "accounts.InviteCode": "a way in for others",
    "accounts.TicketEvent": "in the history of their requests, or staff's work",
    "accounts.TicketMessage": "in their requests, or staff's work",
    "workspaces.Workspace": "in the archive of the workspace",
    "workspaces.Topic": "likewise",
    "workspaces.Deed": "likewise",
    "pixazo.Answered": "what programs of theirs were answered, for a day",
    "workspaces.RestingMembership": "places in workspaces that lie in the trash",
    "workspaces.ArchiveJob": "archives of workspaces that are being made",
    "workspaces.Invitation": "names others",
    "chat.ChatDay": "how many messages, which are in it themselves",
    "chat.Conversation_acting_for": "where the assistant may draw for them just now",
    "chat.TelegramCode": "a way in, for ten minutes",
    "generation.DayUsage": "sums of the ledger",
    "generation.Pause": "whether their jobs rest just now",
    "chat.ChatComment_mentioned": "said by others",
    "generation.PictureComment_mentioned": "said by others",
}
HELD = {
    "chat.ChatComment",
    "chat.Conversation",
    "chat.Message",
    "chat.TelegramLink",
    "account.EmailAddress",
    "accounts.ApiKey",
    "accounts.Notice",
    "accounts.PageView",
    "accounts.Preference",
    "accounts.StaffAct",
    "accounts.Ticket",
    "accounts.Webhook",
    "billing.Account",
    "billing.Customer",
    "generation.Batch",
    "generation.Complaint",
    "generation.Experiment",
    "generation.Like",
    "generation.OwnKey",
    "generation.PictureComment",
    "generation.Publication",
    "generation.SafetyCase",
    "generation.ShareLink",
    "generation.SmartView",
    "generation.Upload",
    "generation.Vote",
    "mfa.Authenticator",
    "socialaccount.SocialAccount",
    "usersessions.UserSession",
    "workspaces.Draft",
    "workspaces.Membership",
    "workspaces.SavedPrompt",
    "workspaces.Style",
    "workspaces.Theme",
    "workspaces.WordList",
}


def test_every_table_that_names_a_person_is_in_it_or_left_out_for_a_reason():
    naming = {
        model._meta.label
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if isinstance(field, models.ForeignKey) and field.related_model is User
        if field.name != "history_user"
    }
    assert naming == LEFT_OUT.keys() | HELD


def test_it_says_where_they_are_signed_in_and_how_without_any_secret(alice):
    helga = make_person("helga", is_staff=True)
    service = Service.objects.create(slug="elsewhere", name="Elsewhere")
    client = Client()
    client.post("/account/login/", {"login": "alice", "password": PASSWORD}, REMOTE_ADDR="10.9.8.7")
    SocialAccount.objects.create(user=alice, provider="oidc", uid="77", extra_data={"x": "mia"})
    Authenticator.objects.create(user=alice, type="totp", data={"secret": "topsecret"})
    Webhook.set_to(alice, "https://hook.example.org/a")
    StaffAct.objects.note(helga, alice, "Looked at the page of your account.")
    PageView.objects.create(user=alice, page="gallery", at=now())
    OwnKey.objects.create(user=alice, service=service, key="sk-mine-1234567890")
    SmartView.objects.create(owner=alice, name="Foxes", query="q=fox")
    archive = whole(DataExport.objects.ask(alice))
    rows = [*json.loads(archive.read("profile.json")), *json.loads(archive.read("words.json"))]
    by_what = {row["what"]: row for row in rows}
    assert by_what["sign-in"]["ip"] == "10.9.8.7"
    assert by_what["account elsewhere"]["extra_data"] == {"x": "mia"}
    assert by_what["factor"]["type"] == "totp"
    assert by_what["act of staff"]["said"] == "Looked at the page of your account."
    assert by_what["page opened"]["page"] == "gallery"
    assert by_what["own key"]["service"] == "Elsewhere"
    assert by_what["view"]["query"] == "q=fox"
    everything = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (b"topsecret", b"sk-mine", b"whsec_", b"helga"):
        assert secret not in everything


def test_it_is_asked_for_watched_and_fetched_on_its_page(fresh, alice, made):
    assert fresh.post("/account/data/").url == "/account/data/"
    export = DataExport.objects.get()
    assert "data-at-work" in fresh.get("/account/data/").content.decode()
    assert fresh.get(f"/account/data/{export.pk}/download/").status_code == 404
    taking_along.work(export.pk)
    notice = Notice.objects.get(user=alice)
    assert notice.link == "/account/data/"
    assert "data-at-work" not in fresh.get(f"/account/data/{export.pk}/").content.decode()
    answer = fresh.get(f"/account/data/{export.pk}/download/")
    assert answer["Content-Type"] == "application/zip"
    assert zipfile.ZipFile(io.BytesIO(answer.getvalue())).namelist()[0] == "readme.txt"


def test_it_takes_a_password_typed_a_short_while_ago(as_alice):
    session = as_alice.session
    session["began"] -= 11 * 60
    session.save()
    assert as_alice.post("/account/data/").url.startswith("/account/reauthenticate/")
    assert not DataExport.objects.exists()


def test_one_is_made_at_a_time(fresh, alice):
    fresh.post("/account/data/")
    assert fresh.post("/account/data/").status_code == 409
    export = DataExport.objects.get()
    whole(export)
    fresh.post("/account/data/")
    assert DataExport.objects.count() == 2


def test_the_newest_takes_the_place_of_the_older(alice, django_capture_on_commit_callbacks):
    first = DataExport.objects.ask(alice)
    whole(first)
    with django_capture_on_commit_callbacks(execute=True):
        whole(DataExport.objects.ask(alice))
    assert not default_storage.exists(first.key)
    assert DataExport.objects.count() == 1


def test_given_up_it_leaves_nothing(alice, made, monkeypatch):
    export = DataExport.objects.ask(alice)
    before = default_storage.listdir("exports")[1] if default_storage.exists("exports") else []
    write = taking_along._write

    def given_up(row, file):
        write(row, file)
        DataExport.objects.all().delete()

    monkeypatch.setattr(taking_along, "_write", given_up)
    taking_along.work(export.pk)
    assert default_storage.listdir("exports")[1] == before
    assert not Notice.objects.exists()


def test_what_broke_says_so_and_can_be_asked_for_again(alice, monkeypatch):
    def broken(*args):
        raise OSError("no space left")

    monkeypatch.setattr(taking_along, "_write", broken)
    export = DataExport.objects.ask(alice)
    taking_along.work(export.pk)
    export.refresh_from_db()
    assert export.state == "failed"
    assert "could not be put together" in Notice.objects.get().text
    DataExport.objects.ask(alice)


def test_rung_for_twice_it_is_made_once(alice):
    export = DataExport.objects.ask(alice)
    assert export.claim()
    taking_along.work(export.pk)
    export.refresh_from_db()
    assert export.state == "running"


def test_what_is_over_goes_and_what_was_interrupted_has_failed(
    alice, bob, monkeypatch, django_capture_on_commit_callbacks
):
    over = DataExport.objects.ask(alice)
    whole(over)
    DataExport.objects.update(expires=now() - timedelta(seconds=1))
    dead = DataExport.objects.ask(bob)
    dead.claim()
    DataExport.objects.filter(pk=dead.pk).update(seen=now() - timedelta(hours=1))
    waiting = DataExport.objects.ask(alice)
    orphan = default_storage.save("exports/orphan.zip", ContentFile(b""))
    monkeypatch.setattr(taking_along, "ORPHANED", -timedelta(minutes=1))
    rung = []
    monkeypatch.setattr(tasks, "ring_for_export", rung.append)
    with django_capture_on_commit_callbacks(execute=True):
        tasks.look_after_people()
    assert rung == [waiting.pk]
    dead.refresh_from_db()
    assert dead.state == "failed"
    assert not DataExport.objects.filter(pk=over.pk).exists()
    assert not default_storage.exists(over.key)
    assert not default_storage.exists(orphan)


def test_it_goes_with_its_person(alice, django_capture_on_commit_callbacks):
    export = DataExport.objects.ask(alice)
    whole(export)
    with django_capture_on_commit_callbacks(execute=True):
        alice.delete()
    assert not default_storage.exists(export.key)


def test_nobody_else_finds_it(alice, as_bob):
    export = DataExport.objects.ask(alice)
    whole(export)
    for path in ("", "download/"):
        assert as_bob.get(f"/account/data/{export.pk}/{path}").status_code == 404
    assert as_bob.post(f"/account/data/{export.pk}/delete/").status_code == 404
    assert DataExport.objects.exists()
