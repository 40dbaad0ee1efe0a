"""A chat leaves as a file and comes in by it: an equal one, and nothing of the file is believed."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.timezone import now

from chat import carrying
from chat.assistant.form_state import FormState
from chat.models import Conversation, Message
from generation.tests.pictures_for_tests import bring, picture
from workspaces.models import Membership

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def membership(studio, alice):
    return Membership.objects.get(workspace=studio, user=alice)


def file_of(rows, **fields):
    return json.dumps({"format": "pixazo-chat", "version": 1, "messages": rows, **fields}).encode()


def as_file(raw):
    return {"file": SimpleUploadedFile("chat.json", raw)}


def essence(chat):
    shown = ("role", "content", "state", "model", "note", "problem", "created")
    return (chat.title, chat.model, list(chat.messages.in_order().values_list(*shown)))


def test_an_exported_chat_comes_back_as_an_equal_one(as_alice, studio, alice):
    chat = Conversation.objects.create(
        workspace=studio, author=alice, title="Warmer light", model="grok-4"
    )
    told = {"conversation": chat, "author": alice}
    Message.objects.create(role="user", content="Warmer?\nPlease — „ä“", **told)
    Message.objects.create(role="assistant", content="**Yes**", model="grok-3-fast", **told)
    Message.objects.create(role="system", note="model", model="grok-4", **told)
    Message.objects.create(role="assistant", state="failed", problem="It is away.", **told)
    long_ago = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    for place, message in enumerate(chat.messages.in_order()):
        created = long_ago + timedelta(minutes=place)
        Message.objects.filter(pk=message.pk).update(created=created)

    page = as_alice.get(reverse("chat_export", args=[studio.slug, chat.pk]))
    assert page["Content-Disposition"] == 'attachment; filename="warmer-light.json"'
    answer = as_alice.post(reverse("chat_import", args=[studio.slug]), as_file(page.content))

    assert answer.status_code == 201
    back = Conversation.objects.exclude(pk=chat.pk).get()
    assert essence(back) == essence(chat)
    assert carrying.written(back)["messages"] == json.loads(page.content)["messages"]


def test_proposals_come_along_as_far_as_they_can_be_shown(membership, studio, alice):
    chat = Conversation.objects.create(workspace=studio, author=alice, model="grok-4")
    form = FormState(prompt="a fox", width="512", height="512").as_dict()
    part = {"name": "size", "before": "512", "after": "768", "reason": "It is wide."}
    proposal = {
        "parts": [{**part, "values": {"width": 768, "height": 512}}],
        "notes": ["So far."],
        "by": "grok-4",
        "applied": [0],
        "calls": ["The assistant asked how many units are left: 3."],
    }
    for role, known in (("user", {"ask": "improve", "form": form}), ("assistant", proposal)):
        Message.objects.create(conversation=chat, role=role, content="x", proposal=known)
    file = carrying.written(chat)
    back = carrying.take(membership, file)
    assert carrying.written(back)["messages"] == file["messages"]

    prompt = {"name": "prompt", "after": "a\x00", "values": {"prompt": "a\x00\ud800b"}}
    row = {"role": "assistant", "content": "x"}
    odd = [{"parts": [prompt, 7, {"name": "seed"}], "more": 1}, {"parts": 3}, [1], "x"]
    chat = carrying.take(membership, {"messages": [{**row, "proposal": each} for each in odd]})
    first, *others = [each.proposal for each in chat.messages.in_order()]
    assert [(each["name"], each["values"]) for each in first["parts"]] == [
        ("prompt", {"prompt": "ab"})
    ]
    assert "more" not in first
    assert others == [None] * 3
    asked = {"role": "user", "content": "x", "proposal": {"ask": [], "form": {}}}
    [message] = carrying.take(membership, {"messages": [asked]}).messages.all()
    assert message.proposal is None


def test_an_answer_that_is_being_written_leaves_as_one_that_ends_early(studio, alice):
    chat = Conversation.objects.create(workspace=studio, author=alice, model="grok-4")
    Message.objects.create(
        conversation=chat, role="assistant", state="answering", content="Half", author=alice
    )
    [row] = carrying.written(chat)["messages"]
    assert (row["content"], row["state"]) == ("Half", "cut")


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no json",
        b"[]",
        b"{}",
        b"[" * 100_000,
        b"\xff\xfe\x00",
        file_of("none"),
        file_of([], format="another"),
        file_of([], version=2),
        file_of([], title=1),
        file_of(["text"]),
        file_of([{"role": "user"}, {"role": "robot", "content": "x"}]),
        file_of([{"role": "user", "content": "x" * 200_001}]),
        file_of([{"role": "user", "content": ""}] * 5001),
        b"x" * (8 * 2**20 + 1),
    ],
)
def test_what_is_no_chat_is_refused_in_words(as_alice, studio, raw):
    address = reverse("chat_import", args=[studio.slug])
    answer = as_alice.post(address, as_file(raw), headers={"Accept": "application/json"})
    assert answer.status_code == 400
    assert answer.json()["error"]["message"].endswith(".")
    assert not Conversation.objects.exists()


def test_nothing_of_a_file_is_believed(membership):
    rows = [
        {
            "role": "user",
            "content": "a\x00b",
            "created": "9999-12-31T23:59:59+00:00",
            "images": [7],
        },
        {
            "role": "assistant",
            "content": "c",
            "created": "never",
            "state": "answering",
            "proposal": {},
        },
        {"role": "user", "content": "d", "created": "0001-01-01T00:00:00", "note": "model"},
    ]
    chat = carrying.take(
        membership, {"messages": rows, "title": "  A\x00\nname ", "model": "m" * 300}
    )
    one, two, three = chat.messages.in_order()
    assert (chat.title, len(chat.model)) == ("A name", 100)
    assert (one.content, one.images) == ("ab", [])
    assert (two.state, two.proposal, three.note) == ("cut", None, "")
    assert all(each.created <= now() and each.created.year > 2000 for each in (one, two, three))


def test_pictures_of_other_workspaces_stay_there(membership):
    elsewhere = "0193a6c2-7a1e-7b7c-8000-0123456789ab"
    rows = [{"role": "user", "content": "this", "images": [elsewhere]}]
    [message] = carrying.take(membership, {"messages": rows}).messages.all()
    assert message.images == []


def test_a_picture_that_is_named_twice_is_shown_once(membership, studio):
    upload = bring(studio, picture())
    rows = [{"role": "user", "content": "this", "images": [str(upload.pk)] * 2}]
    [message] = carrying.take(membership, {"messages": rows}).messages.all()
    assert message.images == [str(upload.pk)]
    assert list(message.uploads.all()) == [upload]


def test_a_chat_does_not_grow_without_end(membership, studio, alice, monkeypatch):
    monkeypatch.setattr(carrying, "MOST_IN_A_CHAT", 3)
    chat = Conversation.objects.create(workspace=studio, author=alice, model="grok-4")
    rows = {"messages": [{"role": "user", "content": "x"}] * 2}
    carrying.add(membership, chat, rows)
    with pytest.raises(carrying.Unreadable):
        carrying.add(membership, chat, rows)
    assert chat.messages.count() == 2


def test_messages_are_added_to_a_chat_at_their_times(membership, studio, alice):
    chat = Conversation.objects.create(workspace=studio, author=alice, model="grok-4")
    Message.objects.create(conversation=chat, role="user", content="Today", author=alice)
    rows = [{"role": "user", "content": "Long ago", "created": "2026-01-02T03:04:05+00:00"}]
    assert carrying.add(membership, chat, {"messages": rows}) == 1
    assert [each.content for each in chat.messages.in_order()] == ["Long ago", "Today"]
