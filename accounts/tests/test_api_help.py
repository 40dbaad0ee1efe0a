"""`/api/v1/help`: staff asked by a program, as on the pages, and nobody else's requests."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.desk import writing
from accounts.models import Notice, Ticket
from accounts.tests.test_help import png
from generation.tests.engine import ask as ask_for_pictures
from generation.tests.programs import key_client

pytestmark = [pytest.mark.django_db, pytest.mark.once]
HERE = "/api/v1/help"
ASKED = {"subject": "Grey pictures", "category": "picture", "text": "All are grey since noon."}


@pytest.fixture
def program(alice):
    return key_client(alice)


def post(client, where, body=None, **headers):
    return client.post(where, body or {}, "application/json", headers=headers or None)


def test_it_is_asked_read_answered_closed_and_opened_again(program, alice, dora):
    told = post(program, HERE, ASKED)
    assert told.status_code == 201, told.content
    row = told.json()
    assert (row["state"], row["subject"]) == ("open", "Grey pictures")
    assert Notice.objects.get(user=dora).text == "alice asks for help: “Grey pictures”"
    ticket = Ticket.objects.get(user=alice)
    writing.note(ticket, dora, "a secret among us")
    writing.answer(ticket, dora, "Look again.", "waiting")
    seen = program.get(row["url"]).json()
    assert [(each["by_staff"], each["text"]) for each in seen["messages"]] == [
        (False, "All are grey since noon."),
        (True, "Look again."),
    ]
    assert [each["what"] for each in seen["history"]] == ["opened", "answered"]
    assert "secret" not in str(seen)
    assert post(program, f"{row['url']}/messages", {"text": "Thanks"}).json()["state"] == "open"
    assert post(program, f"{row['url']}/close").json()["state"] == "closed"
    assert post(program, f"{row['url']}/reopen").json()["state"] == "open"


def test_files_come_along_and_can_be_had_again(program):
    file = SimpleUploadedFile("it.png", png())
    told = program.post(HERE, {**ASKED, "files": [file, SimpleUploadedFile("a.txt", b"Fine")]})
    assert told.status_code == 201, told.content
    [message] = told.json()["messages"]
    picture, words = message["files"]
    assert (picture["name"], words["content_type"]) == ("it.png", "text/plain; charset=utf-8")
    got = program.get(picture["url"])
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert b"<script>" not in b"".join(got.streaming_content)
    refused = program.post(HERE, {**ASKED, "files": [SimpleUploadedFile("x.exe", b"MZ\x00\x01")]})
    assert refused.status_code == 415
    assert Ticket.objects.count() == 1


def test_those_of_others_are_not_there(program, bob):
    theirs = writing.ask(user=bob, **ASKED)
    assert program.get(HERE).json()["requests"] == []
    for where in ("", "/messages", "/close", "/reopen"):
        client = program.get if where == "" else program.post
        assert client(f"{HERE}/{theirs.number}{where}").status_code == 404
    assert program.get(f"{HERE}/files/{uuid4()}").status_code == 404


def test_they_are_listed_moved_last_first_page_by_page(program, alice):
    rows = [writing.ask(user=alice, **ASKED | {"subject": str(number)}) for number in range(3)]
    writing.reply(rows[0], alice, "Still so")
    first = program.get(f"{HERE}?limit=2").json()
    assert [each["subject"] for each in first["requests"]] == ["0", "2"]
    assert [each["subject"] for each in program.get(first["next"]).json()["requests"]] == ["1"]


def test_a_picture_of_ones_own_is_named_and_no_others(program, studio, painter, charlie):
    job = ask_for_pictures(studio, painter).jobs.get()
    told = post(program, HERE, ASKED | {"job_id": str(job.pk)})
    assert told.json()["job_id"] == str(job.pk)
    for wrong in (str(uuid4()), "x"):
        assert post(program, HERE, ASKED | {"job_id": wrong}).status_code == 400
    assert post(key_client(charlie), HERE, ASKED | {"job_id": str(job.pk)}).status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        ASKED | {"text": " "},
        ASKED | {"category": "love"},
        ASKED | {"subject": "x" * 151},
        ASKED | {"subject": 7},
        ASKED | {"text": "a\0b"},
        ASKED | {"user": "bob"},
        ASKED | {"files": ["x"]},
    ],
)
def test_what_is_wrong_is_said_and_asks_nothing(program, body):
    told = post(program, HERE, body)
    assert told.status_code == 400, told.content
    assert not Ticket.objects.exists()


def test_asked_twice_with_a_key_it_is_asked_once(program):
    told = [post(program, HERE, ASKED, **{"Idempotency-Key": "a"}) for _number in range(2)]
    assert told[0].json() == told[1].json()
    assert Ticket.objects.count() == 1
