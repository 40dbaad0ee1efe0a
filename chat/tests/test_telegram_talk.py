"""The bot talks: with what was said before until /new, by the model that was chosen, and what is
said is a chat of the site."""

import json

import pytest

from chat import asking, conversations
from chat.models import ChatModel, Conversation, Message, TelegramLink, TelegramUpdate
from chat.tests.telegram import linked, settle
from generation.models import Batch, ImageModel
from workspaces.models import Membership

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _quiet(monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)


def said(person, words):
    """What the bot answers, when the worker has written it."""
    person.write(words)
    settle()
    for answer in Message.objects.answering():
        asking.answer(answer.pk)
    settle()
    return person.texts[-1]


def test_without_a_model_it_says_so_and_offers_to_draw(ann, studio, painter):
    ann.write("a red house")
    settle()
    assert "no language model" in ann.texts[-1]
    ann.press("Draw it")
    settle()
    batch = Batch.objects.get()
    assert batch.prompt == "a red house"
    # A line of a worker leads back to what they sent by it.
    assert batch.request_id == TelegramUpdate.objects.latest("number").request_id


def test_it_answers_with_what_was_said_before(ann, alice, studio, provider, language_model):
    language_model.answers = ["Helsinki.", "Some 660,000 people."]
    assert said(ann, "What is the capital of Finland?") == "Helsinki."
    assert said(ann, "How many live there?") == "Some 660,000 people."
    sent = [each["content"] for each in language_model.asked[-1]["messages"]]
    assert "What is the capital of Finland?" in str(sent)
    chat = Conversation.objects.get()
    assert (chat.workspace, chat.author, chat.messages.count()) == (studio, alice, 4)
    edits = [text for _chat, _message, text in ann.server.edits]
    assert edits == ["Helsinki.", "Some 660,000 people."]  # each in place of "Thinking …"


def test_new_forgets(ann, studio, provider, language_model):
    said(ann, "My name is Ann.")
    ann.write("/new")
    said(ann, "What is my name?")
    assert "My name is Ann." not in str(language_model.asked[-1]["messages"])
    assert Conversation.objects.count() == 2


def test_the_model_is_chosen_and_stays(ann, alice, studio, painter, provider, language_model):
    ann.write("/model")
    settle()
    texts = [row[0]["text"] for row in ann.messages[-2]["reply_markup"]["inline_keyboard"]]
    assert len(texts) == 4
    assert sum(text.startswith("✓") for text in texts) == 1
    ann.press(ChatModel.objects.get(slug="grok-4-mini-thinking-tahoe").name)
    settle()
    said(ann, "Hello")
    assert language_model.asked[-1]["model"] == "grok-4-mini-thinking-tahoe"
    ann.write("/new")
    said(ann, "Hello again")
    assert language_model.asked[-1]["model"] == "grok-4-mini-thinking-tahoe"
    assert TelegramLink.objects.of(alice).text_model == "grok-4-mini-thinking-tahoe"


def test_who_draws_is_chosen_too(ann, alice, studio, painter):
    other = ImageModel.objects.create(
        slug="other", name="Other", provider="fake", address="steady", contract_data={}
    )
    ann.write("/model")
    settle()
    ann.press("Other")
    settle()
    ann.write("/image a red house")
    settle()
    assert Batch.objects.get().model == other


def test_export_is_the_document_that_the_site_takes(ann, studio, provider, language_model):
    ann.write("/export")
    settle()
    assert "Nothing has been said" in ann.texts[-1]
    said(ann, "Hello")
    ann.write("/export")
    settle()
    (document,) = ann.documents
    content = ann.server.files[document["document"]["file_id"]][1]
    known = json.loads(content)
    assert [each["role"] for each in known["messages"]] == ["user", "assistant"]
    assert document["document"]["file_name"].endswith(".json")


def test_it_can_be_stopped(ann, studio, provider):
    ann.write("Tell me a long story")
    settle()
    assert ann.texts[-1] == "Thinking …"
    ann.press("Stop")
    settle()
    assert Message.objects.get(role="assistant").state == "cut"
    assert "Ends early" in ann.texts[-1]


def test_a_long_answer_comes_in_parts(ann, studio, provider, language_model):
    language_model.answers = ["word " * 1500]
    said(ann, "Tell me a long story")
    assert [len(text) <= 4096 for text in ann.texts[1:]] == [True, True]
    assert sum(text.count("word") for text in ann.texts[1:]) == 1500
    settle(2)
    assert len(ann.texts) == 3


def test_what_goes_wrong_is_a_sentence(ann, studio, provider, language_model):
    language_model.scenario = "bad-key"
    said(ann, "Hello")
    assert Message.objects.get(role="assistant").state == "failed"
    assert ann.texts[-1] == Message.objects.get(role="assistant").problem


def test_told_twice_it_is_asked_once(ann, studio, provider, language_model):
    ann.write("Hello")
    settle()
    row = TelegramUpdate.objects.latest("number")
    message = next(m for m in reversed(ann.server.chats[ann.id]) if not m["from"]["is_bot"])
    again = {"update_id": row.number, "message": message}
    TelegramUpdate.objects.filter(pk=row.pk).update(state="waiting", payload=again)
    settle()
    assert Message.objects.filter(role="user").count() == 1


def test_who_is_put_out_talks_at_home(telegram, bob, studio, provider, language_model):
    person = linked(telegram, bob, 43)
    TelegramLink.objects.of(bob).choose(workspace=studio)
    said(person, "Hello")
    Membership.objects.filter(user=bob, workspace=studio).delete()
    said(person, "Hello again")
    assert Conversation.objects.exclude(workspace=studio).get().author == bob
    assert "Hello again" not in str(Message.objects.filter(conversation__workspace=studio))


def test_in_the_trash_it_is_over(ann, alice, studio, provider, language_model):
    said(ann, "Hello")
    place = Membership.objects.get(user=alice, workspace=studio)
    conversations.remove(place, Conversation.objects.get())
    said(ann, "Hello again")
    assert Conversation.objects.living().count() == 1
    assert Conversation.objects.count() == 2


def test_others_answers_cannot_be_stopped(telegram, ann, charlie, studio, provider):
    ann.write("Hello")
    settle()
    eve = linked(telegram, charlie, 66)
    answer = Message.objects.get(role="assistant")
    eve.press_data(f"hush:{answer.pk.hex}", eve.messages[-1])
    settle()
    answer.refresh_from_db()
    assert answer.is_answering


def shown_marks(message):
    """What each mark stands at."""
    units = message["text"].encode("utf-16-le")
    return [
        (each["type"], units[2 * each["offset"] :][: 2 * each["length"]].decode("utf-16-le"))
        for each in message.get("entities", [])
    ]


def test_markdown_is_shown_as_telegram_shows_it(ann, studio, provider, language_model):
    language_model.answers = [
        (
            "# Light 😀\n\nA **red _fox_** in `snow`:\n\n- one\n- [two](https://a.example/x)\n"
            "  1. deep\n\n> said\n\n```\na * b\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n"
            "<b>no tag</b> [x](javascript:1)"
        )
    ]
    said(ann, "Hello")
    message = ann.messages[-1]
    assert message["text"] == (
        "Light 😀\n\nA red fox in snow:\n\n• one\n• two\n  1. deep\n\nsaid\n\na * b\n\n"
        "a | b\n1 | 2\n\n<b>no tag</b> [x](javascript:1)"
    )
    assert shown_marks(message) == [
        ("bold", "Light 😀"),
        ("bold", "red fox"),
        ("italic", "fox"),
        ("code", "snow"),
        ("text_link", "two"),
        ("blockquote", "said"),
        ("pre", "a * b"),
    ]


def test_marks_of_a_long_answer_stay_with_their_words(ann, studio, provider, language_model):
    language_model.answers = ["word " * 1000 + "**loud**"]
    said(ann, "Hello")
    assert ann.messages[-2].get("entities") is None
    assert shown_marks(ann.messages[-1]) == [("bold", "loud")]


@pytest.mark.parametrize("method", ["editMessageText", "sendMessage"])
def test_what_telegram_takes_with_no_marks_is_said_without(
    ann, studio, provider, language_model, method
):
    language_model.answers = ["**First** " + "word " * 1000 + "**loud**"]
    ann.write("Hello")
    settle()
    asking.answer(Message.objects.answering().get().pk)
    ann.server.fail(method, 400, "Bad Request: can't parse entities")
    settle()
    assert ann.texts[-1].endswith("loud")
    assert len([text for text in ann.texts if text.endswith("loud")]) == 1
    assert "Thinking …" not in ann.texts


def test_a_proposal_is_shown_with_why_and_its_prompt_is_drawn(
    ann, studio, painter, provider, language_model
):
    language_model.answers = [
        "Warmer.\n```json\n"
        + json.dumps(
            {
                "changes": {
                    "prompt": {"value": "a red fox, golden hour", "reason": "Warm light."},
                    "steps": {"value": 12, "reason": "Enough."},
                }
            }
        )
        + "\n```"
    ]
    text = said(ann, "Make my fox warmer")
    for part in ("Warmer.", "Prompt\nWarm light.", "a red fox, golden hour", "Steps: 12"):
        assert part in text
    assert ("pre", "a red fox, golden hour") in shown_marks(ann.messages[-1])
    ann.press("Draw it")
    settle()
    assert Batch.objects.get().prompt == "a red fox, golden hour"
