"""Chats for programs: `/api/workspaces/<workspace>/chats` and `/api/chats/<id>` (S188-S196)."""

import json
import threading
from uuid import UUID

import pytest
from django.db import connection

from chat import asking, awaiting
from chat.models import Conversation, Message
from generation.tests.pictures_for_tests import bring, picture
from generation.tests.programs import key_client
from pixazo import handler
from pixazo.models import Event

pytestmark = pytest.mark.once

NOBODYS = UUID(int=7)


@pytest.fixture
def program(talk, alice):
    return key_client(alice)


def sent(client, method, path, body=None, status=200):
    kind = {"content_type": "application/json"} if method != "get" else {}
    answer = getattr(client, method)(path, {} if body is None and kind else body, **kind)
    assert answer.status_code == status, answer.content
    return answer.json() if answer.content else None


def said(program, talk, words="hello", status=201, **more):
    path = f"/api/v1/chats/{talk.pk}/messages"
    return sent(program, "post", path, {"content": words, **more}, status)


def test_a_chat_is_begun_named_and_thrown_away(program, studio):
    chats = f"/api/v1/workspaces/{studio.slug}/chats"
    made = sent(program, "post", chats, {"title": "Foxes", "model": "grok-3-fast"}, 201)
    assert (made["title"], made["model"]) == ("Foxes", "grok-3-fast")
    assert sent(program, "post", f"/api/workspaces/{studio.pk}/chats", {}, 201)["model"] == (
        "grok-3-auto"
    )
    path = f"/api/v1/chats/{made['id']}"
    assert sent(program, "get", path) == made
    changed = sent(program, "patch", path, {"title": "Red foxes", "model": "grok-4"})
    assert (changed["title"], changed["model"]) == ("Red foxes", "grok-4")
    sent(program, "delete", path, status=204)
    sent(program, "get", path, status=404)
    assert len(sent(program, "get", chats)["chats"]) == 2
    assert sent(program, "post", f"{path}/restore")["title"] == "Red foxes"


@pytest.mark.parametrize(
    "body", [{"model": "none"}, {"title": 3}, {"title": ""}, {"name": "x"}, {"model": None}]
)
def test_what_can_not_be_is_a_sentence(program, talk, body):
    refused = sent(program, "patch", f"/api/v1/chats/{talk.pk}", body, 400)
    assert refused["detail"].endswith(".")


@pytest.fixture
def running(monkeypatch):
    """A worker beside: the request waits, and the answer is written meanwhile."""
    threads = []

    def ring(pk):
        def work():
            try:
                asking.answer(pk)
            finally:
                connection.close()

        threads.append(threading.Thread(target=work))
        threads[-1].start()

    monkeypatch.setattr("chat.doorbell.ring", ring)
    monkeypatch.setattr("chat.writing.WRITE_SECONDS", 0.01)
    yield
    for thread in threads:
        thread.join(60)


@pytest.mark.django_db(transaction=True)
def test_it_is_waited_for(running, program, talk):
    answer = said(program, talk, "one two [[slow]]")
    assert (answer["role"], answer["state"]) == ("assistant", "whole")
    assert answer["content"] == "You said: one two [[slow]]"
    path = f"/api/v1/chats/{talk.pk}/messages"
    question, same = sent(program, "get", path)["messages"]
    assert (question["role"], question["author"]) == ("user", "alice")
    assert same == answer == sent(program, "get", f"{path}/{answer['id']}")


@pytest.mark.django_db(transaction=True)
def test_it_streams(running, program, talk, language_model):
    answer = program.post(
        f"/api/v1/chats/{talk.pk}/messages",
        {"content": "one two three [[wait]]", "stream": True},
        content_type="application/json",
    )
    assert answer["Content-Type"] == "text/event-stream"
    come = b""
    for piece in answer:
        come += piece
        if b"event: delta" in piece:
            language_model.gate.set()  # the rest is said only now
    events = [
        (lines[0].removeprefix("event: "), json.loads(lines[1].removeprefix("data: ")))
        for lines in (each.split("\n") for each in come.decode().split("\n\n") if each)
    ]
    names = [name for name, _ in events]
    assert (names[0], names[-1]) == ("message", "end")
    pieces = [data["text"] for name, data in events if name == "delta"]
    assert len(pieces) > 1
    assert "".join(pieces) == "You said: one two three [[wait]]" == events[-1][1]["content"]
    assert events[-1][1]["state"] == "whole"


def test_what_takes_long_is_told_so(program, talk, monkeypatch):
    monkeypatch.setattr(awaiting, "WAIT_SECONDS", 0)
    first = program.post(
        f"/api/v1/chats/{talk.pk}/messages", {"content": "a"}, content_type="application/json"
    )
    assert first.status_code == 202
    answer = first.json()
    assert answer["state"] == "answering"
    path = first["Location"].removeprefix("http://testserver")
    assert sent(program, "get", path) == answer
    assert said(program, talk, status=409)["code"] == "chat_answering"
    stopped = sent(program, "post", f"{path}/stop")
    assert (stopped["state"], stopped["problem"]) == ("cut", None)
    assert said(program, talk, status=202)


def test_whoever_waits_leaves_threads_for_pages(settings):
    assert awaiting.MOST + settings.WAITING_MOST < handler.THREADS - 4


def test_where_too_many_wait_nobody_is_kept(program, talk, monkeypatch):
    monkeypatch.setattr(awaiting, "_free", threading.BoundedSemaphore(1))
    with awaiting._free:
        assert said(program, talk, status=202)["state"] == "answering"


def test_an_answer_is_written_anew(program, talk, alice, language_model, monkeypatch):
    monkeypatch.setattr(awaiting, "WAIT_SECONDS", 0)
    message = asking.ask(talk, "hello", author=alice)
    asking.answer(message.pk)
    path = f"/api/v1/chats/{talk.pk}/messages/{message.pk}"
    again = sent(program, "post", f"{path}/again", status=202)
    assert again["id"] != str(message.pk)
    sent(program, "get", path, status=404)


def test_pages_lead_to_what_is_older(program, talk, django_assert_max_num_queries):
    for number in range(5):
        Message.objects.create(conversation=talk, role="user", content=f"{number}")
    path, pages = f"/api/v1/chats/{talk.pk}/messages?limit=2", []
    while path:
        with django_assert_max_num_queries(8):
            page = sent(program, "get", path)
        pages.append([row["content"] for row in page["messages"]])
        Message.objects.create(conversation=talk, role="user", content="new")
        path = page["next"]
    assert pages == [["3", "4"], ["1", "2"], ["0"]]
    for wrong in ("limit=0", "limit=x", "cursor=x", "cursor=1/2", f"cursor=2026/{NOBODYS}"):
        sent(program, "get", f"/api/v1/chats/{talk.pk}/messages?{wrong}", status=400)


def test_lists_of_chats_have_pages(program, talk, studio, alice):
    for number in range(3):
        Conversation.objects.create(workspace=studio, author=alice, title=f"{number}", model="a")
    path, titles = f"/api/v1/workspaces/{studio.slug}/chats?limit=2", []
    while path:
        page = sent(program, "get", path)
        titles += [row["title"] for row in page["chats"]]
        path = page["next"]
    assert titles == ["2", "1", "0", ""]


def test_a_message_is_deleted(program, talk, alice, bob):
    message = asking.ask(talk, "hello", author=alice)
    path = f"/api/v1/chats/{talk.pk}/messages/{message.pk}"
    sent(key_client(bob), "delete", path, status=403)
    sent(program, "delete", path, status=204)
    told = Event.objects.filter(kind="message").order_by("-id").first()
    assert told.subject == f"{talk.pk}/{message.pk}"  # open pages let go of it
    sent(program, "delete", path, status=404)
    asking.answer(message.pk)  # the bell was rung before
    assert [row.role for row in talk.messages.all()] == ["user"]


def test_what_somebody_was_answered_is_replaced_by_them_and_the_owner_only(
    program, talk, alice, bob, monkeypatch
):
    monkeypatch.setattr(awaiting, "WAIT_SECONDS", 0)
    message = asking.ask(talk, "hello", author=alice)
    asking.answer(message.pk)
    path = f"/api/v1/chats/{talk.pk}/messages/{message.pk}/again"
    sent(key_client(bob), "post", path, {}, status=403)
    assert talk.messages.filter(pk=message.pk).exists()
    Message.objects.filter(pk=message.pk).update(state="failed")
    sent(key_client(bob), "post", path, {}, status=202)
    assert not talk.messages.filter(pk=message.pk).exists()


def test_only_who_may_change_a_chat_brings_messages_to_it(program, talk, bob):
    path = f"/api/v1/chats/{talk.pk}/import"
    body = {"messages": [{"role": "assistant", "content": "I promise."}]}
    sent(key_client(bob), "post", path, body, status=403)
    assert not talk.messages.exists()
    sent(program, "post", path, body, status=201)


def test_an_exported_chat_comes_back_equal(program, talk, alice, studio):
    for words in ("first", "second [[cut]] part"):
        message = asking.ask(talk, words, author=alice)
        asking.answer(message.pk)
    sent(program, "patch", f"/api/v1/chats/{talk.pk}", {"model": "grok-3-fast"})
    file = sent(program, "get", f"/api/v1/chats/{talk.pk}/export")
    assert [row["role"] for row in file["messages"]] == [
        "user",
        "assistant",
        "user",
        "assistant",
        "system",
    ]
    made = sent(program, "post", f"/api/v1/workspaces/{studio.slug}/chats/import", file, 201)
    again = sent(program, "get", f"/api/v1/chats/{made['id']}/export")
    assert again | {"created": ""} == file | {"created": ""}
    empty = Conversation.objects.create(workspace=studio, author=alice, model="grok-4")
    path = f"/api/v1/chats/{empty.pk}"
    assert sent(program, "post", f"{path}/import", file, 201) == {"messages": 5}
    assert sent(program, "get", f"{path}/export")["messages"] == file["messages"]


@pytest.mark.parametrize(
    "body",
    [{}, {"messages": [{"role": "tool", "content": "x"}]}, {"messages": [{"role": "user"}, 3]}],
)
def test_a_file_that_is_none_brings_nothing(program, talk, body):
    refused = sent(program, "post", f"/api/v1/chats/{talk.pk}/import", body, 400)
    assert refused["detail"].endswith(".")
    assert not talk.messages.exists()


def test_pictures_go_along(program, talk, language_model):
    upload = bring(talk.workspace, picture())
    for wrong, status in ((["x"], 400), ("x", 400), ([3], 400), ([str(NOBODYS)], 404)):
        said(program, talk, status=status, images=wrong)
    assert not talk.messages.exists()
    awaiting_nobody = asking.ask(talk, "look", author=talk.author, images=[upload.pk])
    question = sent(program, "get", f"/api/v1/chats/{talk.pk}/messages")["messages"][0]
    assert question["images"] == [str(upload.pk)]
    assert awaiting_nobody.images == []


def test_without_a_provider_it_says_so(program, talk, provider):
    type(provider).objects.update(base_url="")
    assert said(program, talk, status=409)["code"] == "chat_off"
    assert sent(program, "get", "/api/v1/chat/models") == {"models": [], "default": None}


def test_models_are_listed(program, talk, studio):
    found = sent(program, "get", "/api/v1/chat/models")
    assert found["default"] == "grok-3-auto"
    slugs = [each["slug"] for each in found["models"]]
    assert slugs == ["grok-3-auto", "grok-3-fast", "grok-4", "grok-4-mini-thinking-tahoe"]
    type(studio).objects.update(chat_model="grok-4")
    there = f"/api/v1/chat/models?workspace={studio.slug}"
    assert sent(program, "get", there)["default"] == "grok-4"
