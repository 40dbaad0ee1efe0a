"""The assistant's window: what it shows, what is done in it, and by whom."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from chat import asking
from chat.models import ChatProvider, Conversation, Message
from pixazo.models import Event
from workspaces.models import SavedPrompt

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def address(studio):
    return lambda name, *args: reverse(name, args=[studio.slug, *args])


def say(talk, role, content, **fields):
    return Message.objects.create(
        conversation=talk, role=role, content=content, author=talk.author, **fields
    )


def ids(page):
    return re.findall(r'<article[^>]*id="message-([^"]+)"', page.content.decode())


def test_it_opens_with_an_empty_chat(as_alice, provider, address):
    page = as_alice.get(address("chat")).content.decode()
    assert "New chat" in page
    assert "What shall the picture be?" in page
    assert 'value="grok-3-auto" selected' in page
    assert not Conversation.objects.exists()


def test_it_opens_with_the_chat_that_was_used_last(as_alice, talk, address):
    other = Conversation.objects.create(workspace=talk.workspace, author=talk.author, title="Old")
    talk.change(title="Evening light")
    assert "data-chat-title>Old<" in as_alice.get(address("chat")).content.decode()
    page = as_alice.get(f"{address('chat')}?of={talk.pk}").content.decode()
    assert "data-chat-title>Evening light<" in page
    assert f'of={other.pk}"' in page
    for given in ("nonsense", "0193a6c2-7a1e-7b7c-8000-0123456789ab"):
        assert as_alice.get(f"{address('chat')}?of={given}").status_code == 200


def test_without_a_model_it_says_so(as_alice, address):
    ChatProvider.objects.update(enabled=False)
    page = as_alice.get(address("chat")).content.decode()
    assert "No language model answers here" in page
    assert "<textarea" not in page


def test_the_first_words_make_the_chat_and_begin_an_answer(as_alice, provider, address):
    assert as_alice.post(address("chat_new")).status_code == 201
    assert as_alice.post(address("chat_new")).status_code == 200  # the same, nothing was said in it
    chat = Conversation.objects.get()
    page = as_alice.post(address("chat_messages", chat.pk), {"text": "Warmer <b>light</b>"})
    assert page.status_code == 201
    assert len(ids(page)) == 2
    assert "Warmer &lt;b&gt;light&lt;/b&gt;" in page.content.decode()
    assert 'state="answering"' in page.content.decode()


def test_what_cant_be_sent_is_refused_in_words(as_alice, talk, address):
    where = address("chat_messages", talk.pk)
    ajax = {"Accept": "application/json"}
    assert as_alice.post(where, {"text": "  "}, headers=ajax).status_code == 400
    as_alice.post(where, {"text": "One"})
    answer = as_alice.post(where, {"text": "Two"}, headers=ajax)
    assert answer.status_code == 409
    assert "still being written" in answer.json()["error"]["message"]


def test_an_answer_is_markdown_and_a_persons_words_are_not(as_alice, talk, address):
    say(talk, "user", "**mine**")
    say(talk, "assistant", "**theirs** ![x](https://elsewhere.example/x.png)", model="grok-4")
    page = as_alice.get(address("chat")).content.decode()
    assert "<strong>theirs</strong>" in page
    assert "<strong>mine</strong>" not in page
    assert 'src="https://elsewhere' not in page


def test_a_switch_of_the_model_is_said_among_the_messages(as_alice, talk, address):
    say(talk, "user", "Hello")
    page = as_alice.post(address("chat_model", talk.pk), {"model": "grok-3-fast"})
    assert re.search(r"From here on [\w -]+ answers", page.content.decode())
    talk.refresh_from_db()
    assert talk.model == "grok-3-fast"
    as_alice.post(address("chat_model", talk.pk), {"model": "grok-3-fast"})
    assert talk.messages.filter(role="system").count() == 1
    refused = as_alice.post(
        address("chat_model", talk.pk), {"model": "none"}, headers={"Accept": "application/json"}
    )
    assert refused.status_code == 400


def test_a_stopped_answer_keeps_what_came_and_says_so(as_alice, talk, address):
    message = asking.ask(talk, "Warmer?", author=talk.author)
    message.write("It was")
    page = as_alice.post(address("chat_stop", talk.pk, message.pk)).content.decode()
    assert "It was" in page
    assert "ends here" in page
    assert "Try again" in page


def test_a_failed_answer_can_be_had_again_in_its_place(as_alice, talk, address):
    failed = asking.ask(talk, "Warmer?", author=talk.author)
    failed.end(Message.State.FAILED, "It is away.")
    assert "It is away." in as_alice.get(address("chat")).content.decode()
    page = as_alice.post(address("chat_again", talk.pk, failed.pk))
    assert page.status_code == 201
    assert str(failed.pk) not in ids(page)
    assert 'state="answering"' in page.content.decode()


def test_older_messages_come_by_pages_and_new_ones_after_the_last(as_alice, talk, address):
    said = [str(say(talk, "user", f"No. {n}").pk) for n in range(65)]
    where = address("chat_messages", talk.pk)
    seen, page = [], as_alice.get(address("chat"))
    while True:
        seen = ids(page) + seen
        older = re.search(r'data-url="([^"]+before=[^"]+)"', page.content.decode())
        if not older:
            break
        page = as_alice.get(older[1])
    assert seen == said
    assert ids(as_alice.get(f"{where}?after={said[-3]}")) == said[-2:]
    assert ids(as_alice.get(f"{where}?after={said[-1]}")) == []
    assert as_alice.get(f"{where}?before=x").status_code == 400


def test_its_questions_to_the_database_dont_grow(as_alice, talk, address):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            as_alice.get(address("chat"))
        return len(queries)

    say(talk, "user", "One")
    say(talk, "assistant", "Two", model="grok-4")
    few = asked()
    for n in range(20):
        say(talk, "user", f"No. {n}")
        say(talk, "assistant", f"To {n}", model="grok-4")
        Conversation.objects.create(workspace=talk.workspace, author=talk.author)
    asked()
    assert asked() <= few


def test_it_is_renamed_thrown_away_and_had_back(as_alice, talk, address):
    assert (
        "Evening"
        in as_alice.post(address("chat_rename", talk.pk), {"title": " Evening\n"}).content.decode()
    )
    assert as_alice.post(address("chat_rename", talk.pk), {"title": " "}).status_code == 400
    gone = as_alice.post(address("chat_delete", talk.pk)).content.decode()
    assert "Evening" not in gone
    assert as_alice.get(address("chat_export", talk.pk)).status_code == 404
    assert "Evening" in as_alice.post(address("chat_restore", talk.pk)).content.decode()
    assert Event.objects.filter(kind="chat", subject=talk.pk).count() >= 3


def test_a_prompt_in_a_message_is_kept(as_alice, talk, address):
    message = say(talk, "assistant", "Try:\n\n```\na red house at dusk\n```", model="grok-4")
    where = address("chat_keep", talk.pk, message.pk)
    assert as_alice.post(where).status_code == 201
    assert as_alice.post(where).status_code == 200
    assert SavedPrompt.objects.get().prompt == "a red house at dusk"
    nothing = say(talk, "assistant", "", state="failed", problem="Away.")
    answer = as_alice.post(
        address("chat_keep", talk.pk, nothing.pk), headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422


def test_viewers_read_along_and_strangers_see_nothing(client, talk, charlie, address, studio):
    from workspaces.joining import join

    say(talk, "user", "Hello")
    client.force_login(charlie)
    assert client.get(address("chat")).status_code == 404
    join(studio, charlie, "viewer")
    page = client.get(address("chat")).content.decode()
    assert "Hello" in page
    assert "but not ask" in page
    for part in ("<textarea", "data-rename", "data-post", "use-message", "chat_new"):
        assert part not in page
    assert client.post(address("chat_messages", talk.pk), {"text": "x"}).status_code == 403


def test_the_suggestions_answer_without_a_model(as_alice, studio, alice, address, painter):
    ChatProvider.objects.update(enabled=False)
    assert 'data-kind="improve"' in as_alice.get(address("chat")).content.decode()
    as_alice.post(address("chat_new"))
    chat = Conversation.objects.get()
    sent = {"kind": "improve", "prompt": "a red house", "model": painter.slug}
    page = as_alice.post(address("chat_propose", chat.pk), sent)
    assert page.status_code == 201
    assert len(ids(page)) == 2
    assert "<change-set" in page.content.decode()
    nothing = {"kind": "improve", "prompt": ""}
    refused = as_alice.post(
        address("chat_propose", chat.pk), nothing, headers={"Accept": "application/json"}
    )
    assert refused.status_code == 400


def test_staff_are_led_to_where_a_model_is_named(as_alice, alice, address):
    ChatProvider.objects.update(enabled=False)
    where = reverse("admin:chat_chatprovider_changelist")
    assert where not in as_alice.get(address("chat")).content.decode()
    alice.is_staff = True
    alice.save()
    assert where in as_alice.get(address("chat")).content.decode()
