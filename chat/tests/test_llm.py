"""Whatever a language model's service does, a person reads a sentence, and nobody its key."""

import logging

import pytest

from chat import llm
from chat.models import ChatModel, ChatProvider
from chat.tests.language_model import KEY

pytestmark = pytest.mark.once
HELLO = [{"role": "user", "content": "hello there, you"}]


def said(model, words="hello there, you", **more):
    messages = [{"role": "user", "content": words}]
    return llm.complete(model, messages, person=None, **more)


def problem(model, words):
    with pytest.raises(llm.ChatProblem) as error:
        said(model, words)
    assert error.value.sentence.endswith(".")
    assert KEY not in error.value.details + error.value.sentence
    return error.value


def test_an_answer_comes_piece_by_piece(model, language_model):
    deltas = list(llm.stream(model, HELLO, person=None))
    texts = [delta.text for delta in deltas if delta.text]
    assert texts == ["You", " said:", " hello", " there,", " you"]
    assert deltas[-1].usage == llm.Usage(9, 4)
    (asked,) = language_model.asked
    assert asked["stream"] is True
    assert asked["model"] == "grok-4"
    assert asked["messages"] == HELLO


def test_a_provider_that_does_not_stream_answers_at_once(model, language_model):
    ChatProvider.objects.update(streaming=False)
    model = ChatModel.objects.select_related("provider").get(slug="grok-4")
    done = said(model)
    assert done == llm.Completion("You said: hello there, you", (), "stop", llm.Usage(9, 4))
    assert language_model.asked[0]["stream"] is False


@pytest.mark.parametrize(
    "quirk", ["no-usage", "no-role", "keep-alive", "odd-events", "no-done", "not-streamed", "slow"]
)
def test_odd_ways_to_answer_are_understood(model, quirk):
    assert said(model, f"hello [[{quirk}]] you").text == f"You said: hello [[{quirk}]] you"


@pytest.mark.parametrize("streaming", [True, False])
def test_tools_are_asked_for(model, language_model, streaming):
    model.provider.streaming = streaming
    language_model.tool_calls = [[("make", {"prompt": "a fox"}), ("list", {})]]
    done = said(model, tools=[{"type": "function", "function": {"name": "make"}}])
    assert [(call.name, call.arguments) for call in done.tool_calls] == [
        ("make", '{"prompt": "a fox"}'),
        ("list", "{}"),
    ]
    assert done.finish_reason == "tool_calls"


FAILURES = {
    "bad-key": "chat_refused",
    "no-key": "chat_refused",
    "openai-key": "chat_refused",
    "no-money": "chat_refused",
    "no-model": "chat_model_unknown",
    "busy": "chat_busy",
    "held-back": "chat_held_back",
    "too-long": "chat_too_long",
    "proxy": "chat_failed",
    "detail": "chat_failed",
    "detail-list": "chat_not_accepted",
    "html": "chat_failed",
    "no-json": "chat_garbled",
    "no-choices": "chat_garbled",
    "error-in-the-middle": "chat_failed",
    "garbage": "chat_garbled",
    "cut": "chat_cut",
}


@pytest.mark.parametrize(("scenario", "code"), FAILURES.items())
def test_every_failure_is_told_apart(model, scenario, code):
    assert problem(model, f"hello [[{scenario}]]").code == code


def test_what_came_before_a_failure_is_there(model):
    texts = []
    answer = llm.stream(model, [{"role": "user", "content": "one two [[cut]] three"}], person=None)
    with pytest.raises(llm.ChatProblem):
        texts.extend(delta.text for delta in answer)
    assert "".join(texts) == "You said: one"


def test_who_is_asked_too_much_says_when_to_come_back(model):
    assert problem(model, "[[busy]]").retry_after == 20


def test_nobody_there_is_a_sentence(model, language_model, settings):
    model.provider.base_url = "http://127.0.0.1:9/v1"
    settings.TRUSTED_HOSTS = ["127.0.0.1:9"]
    assert problem(model, "hello").code == "chat_unreachable"


def test_an_address_inside_that_nobody_trusts_is_not_called(model, language_model, settings):
    settings.TRUSTED_HOSTS = []
    assert problem(model, "hello").code == "chat_unreachable"
    assert language_model.journal == []


def test_the_key_is_in_no_log_and_in_no_trouble(model, language_model, caplog):
    from generation.tests.stand_ins.server import Reply

    echo = Reply.of({"error": f"What is Bearer {KEY}?"}, 401)
    language_model.answer = lambda asked, connection: echo
    with caplog.at_level(logging.DEBUG):
        assert "What is" in problem(model, "hello").details
    provider = ChatProvider.objects.get()
    assert "What is" in provider.trouble
    assert KEY not in caplog.text + provider.trouble + repr(provider) + str(vars(model))


def test_what_people_wrote_is_in_no_log_though_a_service_repeats_it(model, language_model, caplog):
    from generation.tests.stand_ins.server import Reply

    echo = Reply.of({"detail": [{"msg": "too odd", "input": "my secret words"}]}, 422)
    language_model.answer = lambda asked, connection: echo
    with caplog.at_level(logging.DEBUG):
        assert problem(model, "my secret words").code == "chat_not_accepted"
    assert "chat_not_accepted" in caplog.text
    assert "secret" not in caplog.text


def test_trouble_is_over_when_it_answers_again(model):
    problem(model, "[[detail]]")
    assert ChatProvider.objects.get().trouble
    said(model)
    assert ChatProvider.objects.get().trouble == ""


def test_there_are_so_many_calls_a_minute(model):
    model.provider.calls_a_minute = 1
    said(model)
    assert problem(model, "hello").code == "chat_busy"


def test_a_sign_in_two_halves_is_one(model, language_model):
    from chat.llm.answers import of_chunks

    def piece(text, reason=None):
        return {"choices": [{"delta": {"content": text}, "finish_reason": reason}]}

    deltas = of_chunks([piece("a \ud83d"), piece("\ude00 b"), piece("", "stop")])
    assert "".join(delta.text for delta in deltas) == "a 😀 b"


def test_waiting_may_end_it(model, language_model):
    class Enough(Exception):
        pass

    def waiting():
        raise Enough

    with pytest.raises(Enough):
        list(llm.stream(model, HELLO, person=None, waiting=waiting))


def test_chat_is_off_until_somebody_says_where_it_is(provider, alice, settings):
    ChatProvider.objects.update(base_url="")
    assert not ChatModel.objects.usable_by(alice).exists()
    model = ChatModel.objects.select_related("provider").first()
    with pytest.raises(llm.ChatOff):
        said(model)
    settings.GROK_URL = "https://api.x.ai/v1"
    assert ChatModel.objects.usable_by(alice).count() == 4


def test_the_environments_key_goes_to_the_environments_address_only(
    provider, alice, settings, language_model
):
    ChatProvider.objects.update(base_url="", key="")
    settings.TRUSTED_HOSTS = []
    settings.GROK_URL, settings.GROK_KEY = language_model.url, KEY
    model = ChatModel.objects.usable_by(alice).get(slug="grok-4")
    assert said(model).text.startswith("You said")
    model.provider.base_url = language_model.url.replace("127.0.0.1", "localhost")
    settings.TRUSTED_HOSTS = [language_model.host.replace("127.0.0.1", "localhost")]
    assert problem(model, "hello").code == "chat_refused"


def test_strangers_have_no_models(provider, alice, studio):
    from django.contrib.auth.models import AnonymousUser

    assert not ChatModel.objects.usable_by(AnonymousUser()).exists()
    assert ChatModel.objects.default_for(studio, alice).slug == "grok-3-auto"
    ChatModel.objects.filter(slug="grok-3-auto").update(enabled=False)
    assert ChatModel.objects.default_for(studio, alice).slug == "grok-3-fast"
