"""Chats travel in their workspace's archive, and come out as they went in."""

import json
from datetime import timedelta

import pytest
from django.utils.timezone import now

from chat import asking
from chat.assistant.form_state import FormState
from chat.models import Conversation, Message
from generation.models import Upload
from generation.tests.archives import archive, bring, content, export, look, members, part
from generation.tests.pictures_for_tests import bring as upload
from generation.tests.pictures_for_tests import picture
from pixazo.errors import UserError
from workspaces.models import Style

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.both]
ROWS = ("role", "content", "state", "model", "note", "problem", "created")


@pytest.fixture
def spoken(talk, alice, bob):
    """Everything that may be in a chat; and one that is in the trash."""
    for person, words in ((alice, "first"), (bob, "second [[cut]] of bob")):
        message = asking.ask(talk, words, author=person)
        asking.answer(message.pk)
    Message.objects.create(
        conversation=talk, role="system", note="model", model="grok-3-fast", author=alice
    )
    asking.ask(talk, "still being answered", author=alice)
    gone = Conversation.objects.create(workspace=talk.workspace, author=alice, model="grok-4")
    Message.objects.create(conversation=gone, role="user", content="thrown away", author=alice)
    gone.trash()
    return talk


def said(talk):
    return list(talk.messages.in_order().values_list(*ROWS))


def test_what_comes_in_is_what_went_out(spoken, alice, tmp_path):
    first = export(spoken.workspace, tmp_path / "one.tar.gz")
    came = bring(first, alice)
    (talk,) = came.conversations.all()
    spoken.refresh_from_db()
    for name in ("title", "model", "created", "updated"):
        assert getattr(talk, name) == getattr(spoken, name)
    *_, open_one = before = said(spoken)
    assert said(talk) == [*before[:-1], (*open_one[:2], "cut", *open_one[3:])]
    assert content(export(came, tmp_path / "two.tar.gz")) == content(first) | {
        "messages": content(tmp_path / "two.tar.gz")["messages"]
    }


def test_it_names_nobody_and_has_nothing_of_the_trash(spoken, charlie, bob, tmp_path):
    path = export(spoken.workspace, tmp_path / "one.tar.gz")
    text = b"".join(raw for name, raw in members(path).items() if name.endswith(".json")).decode()
    assert "thrown away" not in text
    assert str(bob.pk) not in text
    assert str(spoken.pk) not in text
    came = bring(path, charlie)
    authors = {
        row.content: row.author
        for row in Message.objects.filter(conversation__workspace=came, role="user")
    }
    assert authors == {
        "first": charlie,
        "second [[cut]] of bob": None,
        "still being answered": charlie,
    }


def test_a_second_time_brings_nothing(spoken, alice, tmp_path):
    path = export(spoken.workspace, tmp_path / "one.tar.gz")
    assert look(path, alice, spoken.workspace)["Chats"] == (0, 1, 0)
    assert look(path, alice, spoken.workspace)["Messages"] == (0, 7, 0)
    bring(path, alice, spoken.workspace)
    assert spoken.workspace.conversations.living().count() == 1
    assert spoken.messages.count() == 7


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "tool"},
        {"state": "answering"},
        {"images": "none"},
        {"images": [1]},
        {"content": "a\0"},
        {"created": "yesterday"},
        {"model": "m" * 101},
        {"proposal": {"by": "a\0"}},
    ],
)
def test_rows_that_can_be_none_are_refused(alice, tmp_path, wrong):
    chat = {
        "number": 1,
        "created": "2026-01-01T10:00:00+00:00",
        "is_mine": True,
        "title": "A",
        "model": "grok-4",
        "updated": "2026-01-01T10:00:00+00:00",
    }
    row = {
        "number": 1,
        "created": "2026-01-01T10:00:00+00:00",
        "chat": 1,
        "is_mine": True,
        "role": "user",
        "content": "a",
        "state": "whole",
        "model": "",
        "note": "",
        "problem": "",
        "images": [],
    }
    path = tmp_path / "made.tar.gz"

    def made(**changes):
        path.write_bytes(
            archive(
                {
                    "chats/0001.json": part("chats", chat),
                    "messages/0001.json": part("messages", row | changes),
                }
            )
        )
        return path

    with pytest.raises(UserError):
        bring(made(**wrong), alice)
    assert not Conversation.objects.exists()
    foreign = {"images": ["0192f0c0-0000-7000-8000-000000000000", "archive:pictures/9"]}
    came = bring(made(**foreign), alice)
    assert Message.objects.get(conversation__workspace=came).images == []


def test_pictures_shown_in_a_chat_are_kept_and_named(talk, alice, tmp_path):
    from generation import collector

    shown, _other = (upload(talk.workspace, picture(width)) for width in (40, 60))
    asking.ask(talk, "look", author=alice, images=[shown.pk])
    Upload.objects.update(created=now() - timedelta(days=30))
    collector.remove_uploads(now() - timedelta(days=7))
    assert list(Upload.objects.all()) == [shown]
    rows = json.loads(members(export(talk.workspace, tmp_path / "a.tar.gz"))["messages/0001.json"])
    assert rows["rows"][0]["images"] == ["archive:uploads/1"]
    came = bring(tmp_path / "a.tar.gz", alice)
    message = Message.objects.filter(conversation__workspace=came).first()
    assert message.images == [str(came.uploads.get().pk)]
    assert list(message.uploads.all()) == list(came.uploads.all())


def proposal(style):
    size = {"name": "size", "before": "512", "after": "768", "reason": "It is wide."}
    parts = [
        {**size, "values": {"width": 768, "height": 512}},
        {
            "name": "style",
            "before": "",
            "after": style.name,
            "values": {"style": str(style.pk)},
            "reason": "It fits.",
        },
    ]
    return {"parts": parts, "notes": ["So far."], "by": "grok-4", "applied": [0]}


def test_proposals_and_the_model_of_new_chats_come_along(talk, alice, tmp_path):
    place = talk.workspace
    type(place).objects.filter(pk=place.pk).update(chat_model="grok-4")
    own = Style.objects.create(workspace=place, name="Ours", positive_prompt="x")
    site = Style.objects.create(scope="site", name="Everybody's", positive_prompt="x")
    form = FormState(prompt="a fox", style=str(own.pk)).as_dict()
    asked = {"ask": "improve", "form": form}
    for role, known in (
        ("user", asked),
        ("assistant", proposal(own)),
        ("assistant", proposal(site)),
    ):
        Message.objects.create(
            conversation=talk, role=role, content=role, proposal=known, author=alice
        )
    place.refresh_from_db()
    path = export(place, tmp_path / "a.tar.gz")
    assert str(own.pk) not in members(path)["messages/0001.json"].decode()
    came = bring(path, alice)
    assert came.chat_model == type(came).objects.get(pk=came.pk).chat_model == "grok-4"
    (back,) = came.conversations.all()
    question, first, second = [each.proposal for each in back.messages.in_order()]
    new = came.styles.get()
    assert question == {"ask": "improve", "form": form | {"style": str(new.pk)}}
    assert first == proposal(new)
    assert second == proposal(site)
    assert content(export(came, tmp_path / "b.tar.gz")) == content(path)


def test_archives_of_before_bring_none(talk, alice, tmp_path):
    Message.objects.create(conversation=talk, role="assistant", content="x", author=alice)
    path = export(talk.workspace, tmp_path / "a.tar.gz")
    files = members(path)
    rows = json.loads(files["messages/0001.json"])["rows"]
    for row in rows:
        del row["proposal"]
    old = {name: raw for name, raw in files.items() if name != "manifest.json"}
    path.write_bytes(archive(old | {"messages/0001.json": part("messages", *rows)}))
    came = bring(path, alice)
    assert came.chat_model == talk.workspace.chat_model
    assert came.conversations.get().messages.get().proposal is None


def test_a_workspace_takes_its_chats_along(spoken):
    spoken.workspace.delete_with_everything()
    assert not Conversation.objects.exists()
    assert not Message.objects.exists()
