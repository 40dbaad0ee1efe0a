"""A language model of OpenAI's form, stood in for on this machine: `/v1/models` and
`/v1/chat/completions` both ways, with the failures of real ones.

What it does wrong is said by `scenario`, by `POST /__admin/scenario {"name": …}`, or by the last
words it is sent, such as `[[cut]]`: of stories that share one, each has its own. `GET
/__admin/journal` tells what it was asked. Without any it answers with what was said last.
"""

import json
import re
import threading
import time

from generation.tests.stand_ins.server import Reply, StandIn

KEY = "xai-key-of-the-tests"
MODELS = ["grok-3-auto", "grok-3-fast", "grok-4", "grok-4-mini-thinking-tahoe"]
LONG = 170  # seconds, less than a silent service is given: nobody should depend on it
SCENARIO = re.compile(r"\[\[([a-z-]+)\]\]")


class LanguageModel(StandIn):
    """`answers` are what it says next, the first one first; `tool_calls` likewise, each a list of
    (name, arguments). `gate`: of `[[wait]]`, it says half and then waits until this is set."""

    def __init__(self, key=KEY):
        super().__init__()
        self.key = key
        self.models = list(MODELS)
        self.scenario = ""
        self.answers = []
        self.tool_calls = []
        self.gate = threading.Event()

    @property
    def url(self):
        return f"{super().url}/v1"

    @property
    def asked(self):
        """The bodies of all requests for answers, in order."""
        return [each.json for each in self.journal if each.path == "/v1/chat/completions"]

    def answer(self, asked, connection):
        if asked.path.startswith("/__admin/"):
            return self.administered(asked)
        scenario = self.scenario or _said_scenario(asked)
        if fails := FAILURES.get(scenario):
            return fails
        if self.key and asked.headers.get("authorization") != f"Bearer {self.key}":
            return FAILURES["bad-key"]
        if asked.path == "/v1/models":
            rows = [{"id": name, "object": "model", "owned_by": "xai"} for name in self.models]
            return Reply.of({"object": "list", "data": rows})
        if asked.path != "/v1/chat/completions":
            return Reply.of({"detail": "Not Found"}, 404)
        body = asked.json
        if body["model"] not in self.models:
            return FAILURES["no-model"]
        text, calls = self.says(body)
        if scenario == "nothing":
            text, calls = "", []
        if body.get("stream") and scenario != "not-streamed":
            Stream(connection, scenario, self).send(body, text, calls)
            return None
        if scenario == "wait":
            self.gate.wait(LONG)
        return Reply.of(completion(body, text, calls, scenario))

    def says(self, body):
        """A text, and tool calls."""
        calls = self.tool_calls.pop(0) if self.tool_calls and body.get("tools") else []
        if self.answers:
            return self.answers.pop(0), calls
        return ("" if calls else f"You said: {_last_words(body)}"), calls

    def administered(self, asked):
        if asked.path == "/__admin/scenario":
            self.scenario = asked.json.get("name", "")
            return Reply.of({"scenario": self.scenario})
        if asked.path == "/__admin/open":
            self.gate.set()
            return Reply.of({"open": True})
        if asked.path == "/__admin/journal":
            rows = [{"path": each.path, "body": each.body.decode()} for each in self.journal]
            return Reply.of({"asked": [row for row in rows if "/__admin/" not in row["path"]]})
        return Reply.of({"detail": "Not Found"}, 404)


class Stream:
    """Writes an answer in pieces, one word each."""

    def __init__(self, connection, scenario, model):
        self.connection, self.scenario, self.model = connection, scenario, model

    def send(self, body, text, calls):
        self.write(
            "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
        )
        self.write(BEFORE.get(self.scenario, ""))
        if self.scenario != "no-role":
            self.chunk(body, {"role": "assistant", "content": ""})
        words = re.findall(r"\s*\S+", text)
        for place, word in enumerate(words):
            if place == (len(words) + 1) // 2 and not self.goes_on():
                return
            self.chunk(body, {"content": word})
            if self.scenario == "slow":
                time.sleep(0.05)
        for index, (name, arguments) in enumerate(calls):
            call = {"index": index, "id": f"call_{index}", "type": "function"}
            self.chunk(body, {"tool_calls": [call | {"function": {"name": name, "arguments": ""}}]})
            for part in _halves(json.dumps(arguments)):
                piece = {"index": index, "function": {"arguments": part}}
                self.chunk(body, {"tool_calls": [piece]})
        self.chunk(body, {}, "tool_calls" if calls else "stop")
        if self.scenario != "no-usage":
            self.event(
                {"id": "c1", "object": "chat.completion.chunk", "choices": [], "usage": USAGE}
            )
        if self.scenario != "no-done":
            self.write("data: [DONE]\n\n")

    def goes_on(self):
        """In the middle of it."""
        if self.scenario == "error-in-the-middle":
            self.event({"error": {"message": "The model has fallen over.", "type": "server_error"}})
        elif self.scenario == "garbage":
            self.write("data: {not json}\n\n")
        elif self.scenario == "wait":
            self.model.gate.wait(LONG)
        return self.scenario not in ("cut", "error-in-the-middle", "garbage")

    def chunk(self, body, delta, reason=None):
        choice = {"index": 0, "delta": delta, "finish_reason": reason}
        known = {
            "id": "c1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": body["model"],
        }
        self.event(known | {"choices": [choice]})

    def event(self, data):
        end = "\r\n\r\n" if self.scenario == "keep-alive" else "\n\n"
        self.write(f"data: {json.dumps(data)}{end}")

    def write(self, text):
        self.connection.sendall(text.encode())


# What comes before the answer, and is none.
BEFORE = {
    "keep-alive": ": keep-alive\n\n: still here\r\n\r\n",
    "odd-events": 'event: execute\ndata: {"type": "execute", "code": "alert(1)"}\n\n',
}
USAGE = {"prompt_tokens": 9, "completion_tokens": 4.2, "total_tokens": 13}


def completion(body, text, calls, scenario=""):
    message = {"role": "assistant", "content": text}
    if calls:
        message["tool_calls"] = [
            {
                "id": f"call_{index}",
                "type": "function",
                "function": {"name": name, "arguments": json.dumps(arguments)},
            }
            for index, (name, arguments) in enumerate(calls)
        ]
    choice = {"index": 0, "message": message, "finish_reason": "tool_calls" if calls else "stop"}
    answer = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": body["model"]}
    usage = {} if scenario == "no-usage" else {"usage": USAGE}
    return answer | {"choices": [choice]} | usage


def _error(message, code, status, **headers):
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return Reply.of({"error": error}, status, **headers)


FAILURES = {
    "bad-key": Reply.of(
        {"code": "invalid-argument", "error": "Incorrect API key provided: xa***"}, 400
    ),
    "no-key": Reply.of({"code": "unauthenticated:no-credentials", "error": "No credentials."}, 401),
    "openai-key": _error("Incorrect API key provided.", "invalid_api_key", 401),
    "no-model": _error("The model does not exist.", "model_not_found", 404),
    "busy": _error("Rate limit reached.", "rate_limit_exceeded", 429, Retry_After="20"),
    "no-money": _error("You exceeded your current quota.", "insufficient_quota", 429),
    "held-back": _error("Blocked by moderation.", "moderation_blocked", 400),
    "too-long": _error("Over the maximum context length.", "context_length_exceeded", 400),
    "proxy": Reply.of(completion({"model": "grok-4"}, "Grok API Error: upstream said no", []), 502),
    "detail": Reply.of({"detail": "Internal problem"}, 500),
    "detail-list": Reply.of({"detail": [{"loc": ["body"], "msg": "field required"}]}, 422),
    "html": Reply(503, b"<html>Bad gateway</html>", {"Content-Type": "text/html"}),
    "no-json": Reply(200, b"hello", {"Content-Type": "application/json"}),
    "no-choices": Reply.of({"object": "chat.completion", "choices": []}),
}


def _said_scenario(asked):
    if asked.method != "POST" or not asked.body:
        return ""
    found = SCENARIO.search(_last_words(asked.json))
    return found[1] if found else ""


def _last_words(body):
    said = [each for each in body.get("messages", ()) if each["role"] == "user"]
    content = said[-1]["content"] if said else ""
    if isinstance(content, list):
        content = " ".join(part.get("text", "[picture]") for part in content)
    return content


def _halves(text):
    middle = len(text) // 2
    return text[:middle], text[middle:]
