"""What is asked is stored, answered by a worker, and kept whole or marked, whatever happens."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils.timezone import now

from billing.models import Account, Plan
from chat import asking, sweeping, worker
from chat.assisting import Assistant
from chat.llm import ChatOff
from chat.models import ChatModel, ChatProvider, Conversation, Message
from generation.invariants import violations
from generation.models import Upload
from generation.tests.pictures_for_tests import bring, picture
from pixazo.errors import UserError
from pixazo.models import Event

pytestmark = pytest.mark.both


def asked(talk, alice, words="hello there", **more):
    """The answer, written."""
    message = asking.ask(talk, words, author=alice, **more)
    asking.answer(message.pk)
    message.refresh_from_db()
    return message


def refusal(talk, alice, words="hello", **more):
    with pytest.raises(UserError) as error:
        asking.ask(talk, words, author=alice, **more)
    assert error.value.sentence.endswith(".")
    return error.value


def test_a_question_is_answered(talk, alice, rings, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        message = asking.ask(talk, " a red house\r\nat night ", author=alice)
    assert rings == [message.pk]
    assert (message.state, message.content, message.model) == ("answering", "", "grok-4")
    asking.answer(message.pk)
    question, answer = talk.messages.in_order()
    assert (question.role, question.content) == ("user", "a red house\nat night")
    assert (answer.role, answer.state) == ("assistant", "whole")
    assert answer.content == "You said: a red house\nat night"
    assert (answer.problem, answer.lease) == ("", None)
    talk.refresh_from_db()
    assert talk.title == "Red house at night"
    told = set(Event.objects.filter(channel=talk.workspace.channel).values_list("kind", "subject"))
    assert {("message", f"{talk.pk}/{answer.pk}"), ("chat", str(talk.pk))} <= told


def test_an_answer_is_there_piece_by_piece(talk, alice, language_model, monkeypatch):
    monkeypatch.setattr("chat.writing.WRITE_SECONDS", 0)
    seen = []
    write = Message.write
    monkeypatch.setattr(Message, "write", lambda row, text: seen.append(text) or write(row, text))
    asked(talk, alice, "one two")
    assert seen[:3] == ["You", "You said:", "You said: one"]


def test_rung_for_twice_it_is_answered_once(talk, alice, language_model):
    message = asked(talk, alice)
    asking.answer(message.pk)
    assert len(language_model.asked) == 1
    assert not message.claim()


def test_one_answer_at_a_time(talk, alice):
    message = asking.ask(talk, "first", author=alice)
    assert refusal(talk, alice).code == "chat_answering"
    assert talk.messages.count() == 2
    asking.stop(message)
    assert asking.ask(talk, "second", author=alice)


def test_what_is_said_must_be_said(talk, alice):
    assert refusal(talk, alice, " \n\x00 ").code == "invalid"
    assert refusal(talk, alice, "a" * 20_001).code == "invalid"
    assert not talk.messages.exists()


def test_a_picture_says_something_without_words(talk, alice, studio, language_model):
    upload = bring(studio, picture())
    asking.answer(asking.ask(talk, " ", author=alice, images=[upload.pk]).pk)
    question = talk.messages.in_order().first()
    assert (question.content, question.images) == ("", [str(upload.pk)])
    (part,) = language_model.asked[0]["messages"][-1]["content"]
    assert part["type"] == "image_url"
    talk.refresh_from_db()
    assert talk.title == ""


def test_a_chat_has_an_end(talk, alice, monkeypatch):
    monkeypatch.setattr(asking, "MOST_IN_A_CHAT", 3)
    asking.answer(asking.ask(talk, "one", author=alice).pk)
    assert refusal(talk, alice).code == "chat_full"
    assert talk.messages.count() == 2


def test_titles_of_chats_have_no_marks(talk, alice):
    asking.ask(talk, "**A red** house, `please`", author=alice)
    talk.refresh_from_db()
    assert talk.title == "Red house"


def test_what_is_in_the_trash_is_not_talked_in(talk, alice):
    Conversation.objects.get(pk=talk.pk).trash()
    assert refusal(talk, alice).status == 404
    assert not talk.messages.exists()


def test_roles_and_states_are_held_by_the_database(talk):
    for wrong in (
        {"role": "tool"},
        {"role": "user", "state": "answering"},
        {"role": "user", "state": "odd"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Message.objects.create(conversation=talk, **wrong)


def test_without_a_provider_nobody_is_asked(talk, alice):
    ChatProvider.objects.update(base_url="")
    assert refusal(talk, alice).code == "chat_off"
    assert not talk.messages.exists()


def test_a_model_that_has_gone_is_a_sentence(talk, alice):
    ChatModel.objects.filter(slug="grok-4").update(enabled=False)
    with pytest.raises(ChatOff, match="Choose another"):
        asking.ask(talk, "hello", author=alice)


@pytest.mark.parametrize(
    ("scenario", "state", "content"),
    [
        ("cut", "cut", "You said: one"),
        ("error-in-the-middle", "cut", "You said: one"),
        ("proxy", "failed", ""),
        ("busy", "failed", ""),
        ("nothing", "failed", ""),
    ],
)
def test_what_broke_off_is_kept_and_marked(talk, alice, scenario, state, content):
    message = asked(talk, alice, f"one [[{scenario}]] three")
    assert (message.state, message.content) == (state, content)
    assert message.problem.endswith(".")
    assert asking.again(message, author=alice)


def test_asked_again_the_answer_is_replaced(talk, alice, language_model):
    first = asked(talk, alice)
    language_model.answers = ["Another one"]
    again = asking.again(first, author=alice)
    asking.answer(again.pk)
    assert [row.content for row in talk.messages.in_order()] == ["hello there", "Another one"]
    assert not Message.objects.filter(pk=first.pk).exists()
    question = talk.messages.first()
    with pytest.raises(UserError, match="latest answer"):
        asking.again(question, author=alice)
    running = asking.again(again, author=alice)
    with pytest.raises(UserError, match="still being written"):
        asking.again(running, author=alice)


@pytest.mark.django_db(transaction=True)
def test_it_can_be_stopped_while_it_comes(talk, alice, language_model, monkeypatch):
    monkeypatch.setattr("chat.writing.LOOK_SECONDS", 0.05)
    message = asking.ask(talk, "one two [[wait]] three four five", author=alice)

    def answer():
        try:
            asking.answer(message.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=answer)
    thread.start()
    until = now() + timedelta(seconds=60)
    while not Message.objects.get(pk=message.pk).content.startswith("You said: one"):
        assert now() < until
    assert asking.stop(Message.objects.get(pk=message.pk))
    thread.join(60)  # nobody opens the gate: it ends by itself
    assert not thread.is_alive()
    message.refresh_from_db()
    assert (message.state, message.problem) == ("cut", "")
    assert "five" not in message.content


def test_a_worker_that_is_told_to_stop_keeps_what_came(talk, alice):
    message = asking.ask(talk, "hello", author=alice)
    stopping = threading.Event()
    stopping.set()
    asking.answer(message.pk, stopping)
    message.refresh_from_db()
    assert message.state == "failed"
    assert "restarted" in message.problem


def test_what_waits_in_a_worker_that_ends_is_left_to_another(talk, alice, monkeypatch):
    message = asking.ask(talk, "hello", author=alice)
    stopping = threading.Event()
    stopping.set()
    monkeypatch.setattr(worker, "stopping", stopping)
    worker._answer(message.pk)
    asking.answer(message.pk)
    message.refresh_from_db()
    assert (message.state, message.content) == ("whole", "You said: hello")


def test_a_worker_that_dies_is_noticed(talk, alice):
    message = asking.ask(talk, "hello", author=alice)
    assert message.claim()
    message.write("You sa")
    assert sweeping.sweep() == 0
    Message.objects.update(lease=now() - timedelta(seconds=1))
    assert sweeping.sweep() == 1
    assert sweeping.sweep() == 0
    message.refresh_from_db()
    assert (message.state, message.content) == ("cut", "You sa")
    assert message.problem.endswith(".")
    assert not message.write("You said more")  # it wakes up late
    assert asking.ask(talk, "go on", author=alice)


def test_a_bell_that_was_lost_is_rung_again(talk, alice, rings):
    message = asking.ask(talk, "hello", author=alice)
    sweeping.sweep()
    assert rings == []
    Message.objects.update(created=now() - timedelta(seconds=10))
    sweeping.sweep()
    assert rings == [message.pk]
    Message.objects.update(created=now() - timedelta(seconds=400))
    sweeping.sweep()
    message.refresh_from_db()
    assert (message.state, rings) == ("failed", [message.pk])


def test_a_worker_has_threads_for_it(talk, alice, monkeypatch):
    done = threading.Event()
    monkeypatch.setattr(asking, "answer", lambda pk, stopping: done.set())
    worker.take(talk.pk)
    assert done.wait(30)


def test_what_waits_for_a_thread_waits_but_once(talk, monkeypatch):
    told, gate, ended = [], threading.Event(), threading.Semaphore(0)

    def answer(pk, stopping):
        told.append(pk)
        gate.wait(60)
        ended.release()

    monkeypatch.setattr(asking, "answer", answer)
    for _ring in range(3):
        worker.take(talk.pk)
    worker.take(talk.workspace.pk)
    gate.set()
    assert all(ended.acquire(timeout=60) for _ in range(2))
    assert sorted(told) == sorted([talk.pk, talk.workspace.pk])


def test_the_model_hears_what_was_said_before(talk, alice, language_model):
    Message.objects.create(conversation=talk, role="system", content="Be short.")
    Message.objects.create(conversation=talk, role="system", content="Now Grok 4.", note="model")
    asked(talk, alice, "first")
    asked(talk, alice, "[[proxy]]")
    asked(talk, alice, "second")
    opening, *sent = language_model.asked[-1]["messages"]
    assert opening["role"] == "system"
    assert [(each["role"], each["content"]) for each in sent] == [
        ("system", "Be short."),
        ("user", "first"),
        ("assistant", "You said: first"),
        ("user", "[[proxy]]"),
        ("user", "second"),
    ]


def test_so_much_is_sent_and_no_more(talk, alice, language_model, monkeypatch):
    for number in range(60):
        Message.objects.create(conversation=talk, role="user", content=f"{number}")
    asked(talk, alice, "last")
    sent = [each["content"] for each in language_model.asked[-1]["messages"]]
    assert sent[1:] == [*(f"{number}" for number in range(21, 60)), "last"]
    monkeypatch.setattr("chat.context.MOST_CHARACTERS", 10)
    asked(talk, alice, "longer than ten")
    assert [each["content"] for each in language_model.asked[-1]["messages"]][1:] == [
        "longer than ten"
    ]


def test_pictures_are_shown_to_it_small(talk, alice, language_model):
    upload = bring(talk.workspace, picture(2000, 500))
    asked(talk, alice, "what is this?", images=[upload.pk])
    text, shown = language_model.asked[-1]["messages"][-1]["content"]
    assert text == {"type": "text", "text": "what is this?"}
    assert shown["image_url"]["url"].startswith("data:image/jpeg;base64,")
    assert _size(shown["image_url"]["url"]) == (1024, 256)
    Upload.objects.all().delete()
    asked(talk, alice, "and now?")
    assert "1 picture(s) that you are not shown" in str(language_model.asked[-1]["messages"])


def test_a_model_without_eyes_is_told_so(talk, alice, language_model):
    ChatModel.objects.update(vision=False)
    upload = bring(talk.workspace, picture())
    asked(talk, alice, "what is this?", images=[upload.pk])
    assert "not shown" in language_model.asked[-1]["messages"][-1]["content"]


def test_a_picture_of_elsewhere_does_not_exist(talk, alice, charlie):
    from workspaces.models import Workspace

    upload = bring(Workspace.found(charlie, "Elsewhere"), picture())
    assert refusal(talk, alice, images=[upload.pk]).status == 404
    assert not talk.messages.exists()


def test_so_many_messages_a_minute(talk, alice, settings):
    settings.CHAT_MESSAGES_A_MINUTE = 2
    asked(talk, alice)
    last = asked(talk, alice)
    refused = refusal(talk, alice)
    assert (refused.status, refused.code) == (429, "chat_limit")
    assert refused.retry_after == 60
    with pytest.raises(UserError, match="a lot at once"):
        asking.again(last, author=alice)
    assert talk.messages.count() == 4
    settings.SOLO = True
    assert asking.ask(talk, "hello", author=alice)


def test_so_many_messages_a_day_by_plan(talk, alice):
    account = Account.objects.of(alice)
    account.plan = Plan.objects.create(slug="small", name="Small", chat_messages=1)
    account.save()
    message = asking.ask(talk, "hello", author=alice)
    asking.stop(message)
    Message.objects.all().delete()  # gives none back
    refused = refusal(talk, alice)
    assert (refused.status, refused.code) == (429, "chat_limit_day")
    assert "1 message" in refused.sentence
    assert not talk.messages.exists()
    Plan.objects.filter(slug="small").update(chat_messages=None)
    assert asking.ask(talk, "hello", author=alice)


def test_an_assistant_uses_tools_and_proposes(talk, alice, language_model, monkeypatch):
    class Painter(Assistant):
        def tools(self, message):
            return [{"type": "function", "function": {"name": "count", "parameters": {}}}]

        def use(self, message, call):
            return f"{call.name} {call.arguments}: 3"

        def finished(self, message, text):
            return {"content": text.upper(), "proposal": {"prompt": "a fox"}}

    monkeypatch.setattr("chat.writing.assistant_of", lambda message: Painter())
    language_model.tool_calls = [[("count", {"what": "foxes"})]]
    language_model.answers = ["I look.", "There are three."]
    message = asked(talk, alice, "how many?")
    assert message.content == "I LOOK.\n\nTHERE ARE THREE."
    assert message.proposal == {"prompt": "a fox"}
    *_, wanted, answer = language_model.asked[-1]["messages"]
    assert wanted["tool_calls"][0]["function"]["name"] == "count"
    assert answer["content"] == 'count {"what": "foxes"}: 3'


def test_once_it_is_stopped_no_tool_is_used(talk, alice, language_model, monkeypatch):
    used = []

    class Hasty(Assistant):
        def tools(self, message):
            asking.stop(Message.objects.get(pk=message.pk))  # while the model answers
            return [{"type": "function", "function": {"name": "draw", "parameters": {}}}]

        def use(self, message, call):
            used.append(call)
            return "done"

    monkeypatch.setattr("chat.writing.assistant_of", lambda message: Hasty())
    language_model.tool_calls = [[("draw", {})]]
    assert asked(talk, alice).state == "cut"
    assert used == []


def _size(url):
    import base64
    import io

    from PIL import Image

    content = base64.b64decode(url.partition(",")[2])
    return Image.open(io.BytesIO(content)).size


def test_it_is_noticed_when_nobody_sweeps(talk, alice):
    assert violations() == []
    message = asking.ask(talk, "hello", author=alice)
    assert violations() == []
    assert "nothing is left to do" in violations(idle=True)[0]
    Message.objects.update(created=now() - timedelta(hours=1))
    assert "waited for a worker" in violations()[0]
    message.claim()
    Message.objects.update(lease=now() - timedelta(hours=1))
    assert "lost by its worker" in violations()[0]
    Message.objects.update(state="whole")
    assert "still somebody's" in violations()[0]
