"""Chats are thrown away, had back, and forgotten after a while."""

from datetime import timedelta

import pytest
from django.utils.timezone import now

from billing.day import today
from chat.models import ChatDay, Conversation, Message
from generation.collector import collect

pytestmark = pytest.mark.both


def back(chat):
    return f"/trash/chats/{chat.pk}/restore/"


def test_a_chat_in_the_trash_can_be_had_back(talk, as_alice, as_bob, as_charlie):
    talk.change(title="Foxes")
    talk.trash()
    page = as_alice.get("/trash/").content.decode()
    assert "Foxes" in page
    assert "Chat ·" in page
    for stranger in (as_bob, as_charlie):
        assert "Foxes" not in stranger.get("/trash/").content.decode()
        assert stranger.post(back(talk)).status_code == 404
    assert as_alice.post(back(talk)).status_code == 302
    talk.refresh_from_db()
    assert talk.deleted is None


def test_after_a_month_it_is_gone_with_its_messages(talk, alice, studio):
    kept = Conversation.objects.create(workspace=studio, author=alice, model="grok-4")
    Message.objects.create(conversation=talk, role="user", content="words")
    talk.trash()
    kept.trash()
    Conversation.objects.filter(pk=talk.pk).update(deleted=now() - timedelta(days=31))
    clearance = collect()
    assert clearance.removed["chats"]["rows"] == 1
    assert list(Conversation.objects.all()) == [kept]
    assert not Message.objects.exists()


def test_what_was_counted_long_ago_is_forgotten(alice):
    day = today()
    for ago in (0, 62, 63):
        ChatDay.objects.create(user=alice, day=day - timedelta(days=ago), messages=1)
    collect()
    assert sorted((day - each.day).days for each in ChatDay.objects.all()) == [0, 62]
