"""Who goes takes their words along, and leaves those of others."""

import pytest

from chat import asking
from chat.models import Conversation, Message
from chat.own import Chats


@pytest.fixture
def both(talk, alice, bob):
    """Bob's chat in Alice's studio, in which she spoke, too."""
    talk = Conversation.objects.create(workspace=talk.workspace, author=bob, model="grok-4")
    for person, words in ((bob, "bobs words"), (alice, "hers")):
        message = asking.ask(talk, words, author=person)
        asking.answer(message.pk)
    return talk


def test_what_they_take_along(both, bob):
    (row,) = Chats().rows(bob)
    assert (row["title"], row["workspace"]) == ("Bobs words", "Studio")
    assert [each["content"] for each in row["messages"]] == ["bobs words", "You said: bobs words"]


def test_what_they_leave(both, talk, bob, alice):
    alone = Conversation.objects.create(workspace=talk.workspace, author=bob, model="grok-4")
    asking.ask(alone, "only bob", author=bob)
    Chats().close(bob)
    assert not Message.objects.answering().exists()
    Chats().remove(bob)
    assert [row.content for row in both.messages.in_order()] == ["hers", "You said: hers"]
    assert not Message.objects.filter(author=bob).exists()
    assert set(Conversation.objects.values_list("pk", "title")) == {(both.pk, ""), (talk.pk, "")}
    Chats().remove(bob)  # asked again after it broke off
