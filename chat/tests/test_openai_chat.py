"""The chat's half of OpenAI's dialect: any HTTP client, and OpenAI's own."""

import base64
import io
import json

import pytest
from PIL import Image as Pillow

from accounts.models import ApiKey
from billing.models import Account, Plan
from chat.models import ChatDay, Message
from chat.openai_dialect import asked as wishes
from chat.openai_dialect.speaking import Gone, Speaking
from generation.models import Batch, Job
from generation.tests.pictures_for_tests import as_bytes, picture
from generation.tests.programs import key_client
from pixazo import outgoing
from pixazo.scopes import READ

pytestmark = pytest.mark.once

PATH = "/v1/chat/completions"


@pytest.fixture
def program(studio, alice):
    return key_client(alice)


def ask(program, text="Hello", headers=None, **fields):
    messages = [{"role": "user", "content": text}]
    body = {"model": "grok-4", "messages": messages, **fields}
    return program.post(PATH, json.dumps(body), "application/json", headers=headers)


def chunks_in(response):
    lines = response.content.decode().strip().split("\n\n")
    assert all(line.startswith("data: ") for line in lines)
    assert lines.pop() == "data: [DONE]"
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def refused(response, status, code, param=None):
    assert response.status_code == status, response.content
    error = response.json()["error"]
    assert (error["code"], error["param"]) == (code, param), error
    return error


# --- Words ---


def test_an_answer_is_a_completion(program, model):
    response = ask(program, "Hello there")
    assert response.status_code == 200, response.content
    answer = response.json()
    assert answer["object"] == "chat.completion"
    assert answer["model"] == "grok-4"
    (choice,) = answer["choices"]
    assert choice["message"] == {"role": "assistant", "content": "You said: Hello there"}
    assert (choice["index"], choice["finish_reason"]) == (0, "stop")
    assert answer["usage"] == {"prompt_tokens": 9, "completion_tokens": 4, "total_tokens": 13}
    assert len(response["x-request-id"]) == 32
    assert not Message.objects.exists()  # nothing of it is kept


def test_streamed_it_comes_in_pieces(program, model):
    response = ask(program, "Hello there", stream=True)
    assert response["Content-Type"] == "text/event-stream"
    chunks = chunks_in(response)
    assert {each["object"] for each in chunks} == {"chat.completion.chunk"}
    assert len({each["id"] for each in chunks}) == 1
    assert chunks[0]["choices"][0]["delta"] == {"role": "assistant", "content": ""}
    said = "".join(each["choices"][0]["delta"].get("content", "") for each in chunks)
    assert said == "You said: Hello there"
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_the_usage_comes_last_and_without_a_choice(program, model):
    *_, last = chunks_in(ask(program, stream=True, stream_options={"include_usage": True}))
    assert last["choices"] == []
    assert last["usage"]["total_tokens"] == 13


def test_what_the_provider_knows_is_handed_on_and_nothing_else(program, model, language_model):
    ask(program, temperature=0.3, max_completion_tokens=50, user="u", metadata={"a": 1}, n=1)
    (body,) = language_model.asked
    assert (body["temperature"], body["max_tokens"]) == (0.3, 50)
    assert not {"user", "metadata", "n", "max_completion_tokens"} & set(body)


def test_parts_of_texts_and_pictures_are_handed_on(program, model, language_model):
    parts = [
        {"type": "text", "text": "What is this?"},
        {"type": "image_url", "image_url": {"url": "data:image/png;base64,AAAA"}},
    ]
    assert ask(program, parts).status_code == 200
    assert language_model.asked[0]["messages"][-1]["content"] == parts
    model.vision = False
    model.save()
    assert ask(program, parts).status_code == 200
    assert language_model.asked[1]["messages"][-1]["content"] == "What is this?\n[picture]"


def shown_at(url):
    return [{"type": "image_url", "image_url": {"url": url, "detail": "low"}}]


@pytest.fixture
def pictures(monkeypatch):
    """What is at addresses outside, and which were asked for."""
    png = as_bytes(picture(8, 8))
    there = {"https://a.example/fox": png, "https://a.example/page": b"<html>"}
    fetched = []

    def fetch(url, *, limit_bytes, seconds):
        fetched.append(url)
        return outgoing.Fetched(there[url], "text/html")

    there["asked"] = fetched
    monkeypatch.setattr(outgoing, "fetch", fetch)
    return there


@pytest.mark.parametrize("stream", [True, False])
def test_a_picture_at_an_address_is_fetched_once_and_sent_itself(
    program, model, language_model, pictures, stream
):
    url = "https://a.example/fox"
    assert ask(program, shown_at(url) * 2, stream=stream).status_code == 200
    one, two = language_model.asked[0]["messages"][-1]["content"]
    assert one == two
    assert one["image_url"]["detail"] == "low"
    head, _, data = one["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    assert base64.b64decode(data) == pictures[url]
    assert pictures["asked"] == [url]


def test_only_pictures_are_handed_on_and_only_so_many(program, model, language_model, pictures):
    error = refused(
        ask(program, shown_at("https://a.example/page")), 400, "invalid_value", "messages"
    )
    assert "no picture" in error["message"]
    many = [part for number in range(9) for part in shown_at(f"https://a.example/{number}")]
    refused(ask(program, many), 400, "invalid_value", "messages")
    refused(ask(program, shown_at("image:1")), 400, "invalid_value", "messages")
    assert pictures["asked"] == ["https://a.example/page"]
    assert not language_model.asked


def test_no_address_inside_is_fetched_for_anybody(program, model, language_model):
    response = ask(program, shown_at("http://10.0.0.1/secret.png"))
    assert "messages" in refused(response, 400, "invalid_value", "messages")["param"]
    assert not language_model.asked


def test_tools_are_called_as_openai_writes_it(program, model, language_model):
    tool = {"type": "function", "function": {"name": "draw", "parameters": {}}}
    language_model.tool_calls = [[("draw", {"prompt": "fox"})]] * 2
    message = ask(program, tools=[tool]).json()["choices"][0]["message"]
    assert message["tool_calls"][0]["function"]["name"] == "draw"
    assert json.loads(message["tool_calls"][0]["function"]["arguments"]) == {"prompt": "fox"}
    chunks = chunks_in(ask(program, tools=[tool], stream=True))
    calls = [call for each in chunks for call in each["choices"][0]["delta"].get("tool_calls", ())]
    assert [(call["index"], call["function"]["name"]) for call in calls] == [(0, "draw")]
    assert chunks[-1]["choices"][0]["finish_reason"] == "tool_calls"


@pytest.mark.parametrize(
    "messages",
    [
        None,
        [],
        "hello",
        [{"content": "x"}],
        [{"role": "king", "content": "x"}],
        ["x"],
        [{"role": "user", "content": 3}],
        [{"role": "user", "content": [{"type": "text"}]}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": "x"}]}],
        [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "file:///x"}}]}],
        [{"role": "user", "content": "x"}] * 2001,
    ],
)
def test_what_is_no_list_of_messages_is_refused(program, model, messages):
    refused(ask(program, messages=messages), 400, "invalid_value", "messages")


def test_an_unknown_model_is_a_404(program, model):
    refused(ask(program, model="gpt-4o"), 404, "model_not_found", "model")
    model.enabled = False
    model.save()
    refused(ask(program), 404, "model_not_found", "model")


def test_without_a_model_the_first_answers(program, provider):
    assert ask(program, model=None).json()["model"] == "grok-3-auto"


def test_language_models_are_listed_beside_those_that_draw(program, provider, painter):
    kinds = {each["id"]: each["kind"] for each in program.get("/v1/models").json()["data"]}
    assert kinds["grok-4"] == "chat"
    assert kinds["painter"] == "image"
    assert program.get("/v1/models/grok-4").json()["owned_by"] == "grok"


def test_a_key_needs_the_scope(client, alice, model):
    _, key = ApiKey.issue(alice, "Reader", [READ])
    refused(ask(client, headers={"Authorization": f"Bearer {key}"}), 403, "missing_scope")
    refused(ask(client), 401, "invalid_api_key")


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize(
    ("scenario", "status", "code"),
    [
        ("proxy", 502, "chat_failed"),
        ("bad-key", 502, "chat_refused"),
        ("busy", 503, "chat_busy"),
        ("held-back", 400, "chat_held_back"),
        ("no-json", 502, "chat_garbled"),
    ],
)
def test_a_providers_failure_has_a_status_of_ours(program, model, scenario, status, code, stream):
    response = ask(program, f"[[{scenario}]]", stream=stream)
    refused(response, status, code)


@pytest.mark.parametrize("scenario", ["cut", "error-in-the-middle", "garbage"])
def test_a_stream_that_breaks_ends_with_the_error(program, model, scenario):
    response = ask(program, f"one two three [[{scenario}]]", stream=True)
    *_, last = response.content.decode().strip().split("\n\n")
    assert json.loads(last.removeprefix("data: "))["error"]["type"] == "server_error"
    assert b"[DONE]" not in response.content


# --- How much ---


def test_messages_are_counted_as_on_the_pages(program, model, alice):
    Account.objects.of(alice)
    Plan.objects.update(chat_messages=1)
    assert ask(program).status_code == 200
    response = ask(program)
    refused(response, 429, "insufficient_quota")
    assert response["x-should-retry"] == "false"


def test_a_clients_own_retry_is_counted_once_and_not_for_ever(program, model, alice):
    ask(program, headers={"x-stainless-retry-count": "0"})
    for count in "12":
        assert ask(program, headers={"x-stainless-retry-count": count}).status_code == 200
    assert ChatDay.objects.get().messages == 1
    ask(program, headers={"x-stainless-retry-count": "1"})
    ask(program, "Other", headers={"x-stainless-retry-count": "1"})
    assert ChatDay.objects.get().messages == 3


# --- Pictures through the chat, as LobeChat asks for them ---


@pytest.mark.parametrize("name", ["painter:image", "painter", "gpt-image-1"])
def test_an_image_model_answers_with_a_picture(program, painter, drawn, foreign_name, client, name):
    message = ask(program, "a red house", model=name).json()["choices"][0]["message"]
    (image,) = message["images"]
    assert image["type"] == "image_url"
    head, _, data = image["image_url"]["url"].partition(",")
    assert head == "data:image/png;base64"
    assert Pillow.open(io.BytesIO(base64.b64decode(data))).size == (64, 64)
    assert Batch.objects.get().prompt == "a red house"
    # Whoever shows texts only shows it as well.
    address = message["content"].removeprefix("![](").removesuffix(")")
    assert client.get(address)["Content-Type"] == "image/png"


def test_a_picture_that_is_sent_along_is_worked_from(program, painter, drawn):
    painter.contract_data |= {"modes": ["text", "image"]}
    painter.save()
    sent = base64.b64encode(as_bytes(picture(96, 64))).decode()
    parts = [
        {"type": "text", "text": "make it blue"},
        {"type": "image_url", "image_url": {"url": f"data:image/png;base64,{sent}"}},
    ]
    assert ask(program, parts, model="painter:image").status_code == 200
    batch = Batch.objects.get()
    assert (batch.mode, batch.width, batch.height) == ("image", 96, 64)


def test_streamed_the_picture_comes_in_one_piece(program, painter, drawn):
    chunks = chunks_in(ask(program, "a fox", model="painter", stream=True))
    (images,) = (
        each["choices"][0]["delta"]["images"]
        for each in chunks
        if "images" in each["choices"][0]["delta"]
    )
    assert images[0]["image_url"]["url"].startswith("data:image/png;base64,")
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_a_picture_that_fails_is_an_error(program, painter, drawn):
    painter.address = "missing"
    painter.save()
    response = ask(program, "a fox", model="painter")
    assert response.status_code == 500
    assert str(Job.objects.get().pk) in response.json()["error"]["message"]
    streamed = ask(program, "a fox", model="painter", stream=True)
    assert b'"error"' in streamed.content


# --- OpenAI's own client ---


@pytest.mark.django_db(transaction=True)
def test_the_unmodified_client_talks(openai_client, model, language_model):
    import openai

    asked = {"model": "grok-4", "messages": [{"role": "user", "content": "Hello there"}]}
    answer = openai_client.chat.completions.create(**asked)
    assert answer.choices[0].message.content == "You said: Hello there"
    assert answer.usage.total_tokens == 13
    stream = openai_client.chat.completions.create(
        **asked, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    said = "".join(each.choices[0].delta.content or "" for each in chunks if each.choices)
    assert said == "You said: Hello there"
    assert chunks[-1].usage.total_tokens == 13
    client = openai_client.with_options(max_retries=0)
    with pytest.raises(openai.NotFoundError):
        client.chat.completions.create(**{**asked, "model": "nothing"})
    asked["messages"][0]["content"] = "one two [[proxy]]"
    for wants_stream in (False, True):
        with pytest.raises(openai.InternalServerError) as caught:
            client.chat.completions.create(**asked, stream=wants_stream)
        assert caught.value.status_code == 502
    asked["messages"][0]["content"] = "one two three [[error-in-the-middle]]"
    with pytest.raises(openai.APIError, match="failed"):
        list(client.chat.completions.create(**asked, stream=True))


def test_what_breaks_here_is_said_in_their_language(program, model, monkeypatch, caplog):
    def broken(self):
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr(Speaking, "_deltas", broken)
    said = refused(ask(program, headers={"Accept-Language": "de"}), 500, "server_error")["message"]
    assert said.startswith("Bei uns ist etwas")
    assert "the secret of the house" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_no_connection_to_the_database_is_kept_while_a_model_thinks(program, model, monkeypatch):
    let_go = []
    monkeypatch.setattr(
        "chat.openai_dialect.speaking.close_old_connections", lambda: let_go.append(1)
    )
    assert ask(program, "one two three", stream=True).status_code == 200
    assert let_go


def test_who_was_gone_before_their_turn_asks_nobody(model, alice, language_model):
    speaking = Speaking(model, wishes.read({"messages": [{"role": "user", "content": "x"}]}), alice)
    speaking.close()
    speaking._in_a_thread()
    assert not language_model.asked


@pytest.mark.django_db(transaction=True)
def test_who_hangs_up_is_not_answered_any_longer(openai_client, model, language_model, monkeypatch):
    from pixazo.tests.processes import until

    closed = []
    close = Speaking.close
    monkeypatch.setattr(Speaking, "close", lambda self: closed.append(self) or close(self))
    stream = openai_client.chat.completions.create(
        model="grok-4",
        messages=[{"role": "user", "content": "one two three [[wait]]"}],
        stream=True,
    )
    assert next(iter(stream)).choices[0].delta.role == "assistant"
    stream.close()
    until(lambda: closed)
    with pytest.raises(Gone):
        closed[0]._look_for_them()
    language_model.gate.set()
