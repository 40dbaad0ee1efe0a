"""The wire of the Model Context Protocol: a table of answers, row by row."""

import json
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx2
import pytest

from accounts.models import ApiKey
from chat.tests.mcp_site import Server, key_of
from generation.models import Batch

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

NEW, OLD = "2026-07-28", "2025-06-18"
BOTH = "application/json, text/event-stream"
META = {
    "io.modelcontextprotocol/protocolVersion": NEW,
    "io.modelcontextprotocol/clientCapabilities": {},
}


@pytest.fixture(scope="module")
def url():
    with Server() as server:
        yield server.url


@pytest.fixture
def key(alice, studio):
    return key_of(alice)


def send(url, key, body, method="POST", **headers):
    sent = {"Content-Type": "application/json", "Accept": BOTH}
    sent |= {"Authorization": f"Bearer {key}"} if key else {}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    content = body if isinstance(body, bytes | str) else json.dumps(body)
    return httpx2.request(method, url, content=content, headers=sent, timeout=30)


def asked(method, params=None, pk=1):
    return {"jsonrpc": "2.0", "id": pk, "method": method, "params": params or {}}


def new(method, params=None, **headers):
    """A request of the era without a handshake, and its headers."""
    known = {"MCP_Protocol_Version": NEW, "Mcp_Method": method, **headers}
    return asked(method, {"_meta": META, **(params or {})}), known


def error(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_no_key_and_none_that_counts(url, key, alice):
    row, over = ApiKey.issue(alice, "Over")
    row.revoke()
    for sent in (None, "pxz_nobody", over):
        answer = send(url, sent, asked("tools/list"))
        assert answer.status_code == 401
        assert answer.json() == {
            "error": "invalid_token",
            "error_description": "Authentication required",
        }
        said = answer.headers["WWW-Authenticate"]
        assert said.startswith('Bearer error="invalid_token"')
        assert "/.well-known/oauth-protected-resource/mcp" in said


def test_where_the_refusal_leads(client, settings):
    for path in ("", "/mcp"):
        told = client.get(f"/.well-known/oauth-protected-resource{path}").json()
        assert told["resource"] == f"{settings.SITE_URL}/mcp"
        assert told["bearer_methods_supported"] == ["header"]
        assert "authorization_servers" not in told
        settings.MCP = False
        assert client.get(f"/.well-known/oauth-protected-resource{path}").status_code == 404
        settings.MCP = True


def test_a_key_without_the_scope(url, alice):
    answer = send(url, key_of(alice, "generate"), asked("tools/list"))
    assert answer.status_code == 403
    assert answer.json()["error"] == "insufficient_scope"
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_a_key_by_its_other_header_and_two_at_once(url, key, bob):
    body, headers = new("tools/list")
    assert send(url, None, body, X_Api_Key=key, **headers).status_code == 200
    assert send(url, key, body, X_Api_Key=key, **headers).status_code == 200
    assert send(url, key, body, X_Api_Key=key_of(bob), **headers).status_code == 400


def test_another_host_or_a_page_elsewhere(url, key, settings):
    body, headers = new("tools/list")
    answer = send(url, key, body, Host="evil.example", **headers)
    assert (answer.status_code, answer.text) == (421, "Invalid Host header")
    for origin in ("https://evil.example", "null"):
        answer = send(url, key, body, Origin=origin, **headers)
        assert (answer.status_code, answer.text) == (403, "Invalid Origin header")
    assert send(url, key, body, Origin=settings.SITE_URL, **headers).status_code == 200
    settings.MCP_ORIGINS = ["https://friend.example"]
    assert send(url, key, body, Origin="https://friend.example", **headers).status_code == 200


def test_who_takes_no_events(url, key):
    body, headers = new("tools/list")
    assert send(url, key, body, Accept="application/json", **headers).status_code == 406
    answer = send(url, key, asked("tools/list"), Accept="application/json")
    assert error(answer) == (406, -32600)


def test_what_is_no_json(url, key):
    body, headers = new("tools/list")
    assert error(send(url, key, "{", **headers)) == (400, -32700)
    assert error(send(url, key, "{")) == (400, -32700)
    assert send(url, key, [body], **headers).status_code == 400
    assert send(url, key, [asked("tools/list")]).status_code == 400
    assert send(url, key, body, Content_Type="text/plain", **headers).status_code == 400


def test_what_the_new_era_must_say(url, key):
    body, headers = new("tools/list")
    bare = asked("tools/list")
    assert error(send(url, key, bare, **headers)) == (400, -32602)
    other = headers | {"MCP_Protocol_Version": "2031-01-01"}
    assert send(url, key, body, **other).status_code == 400
    assert error(send(url, key, body, **headers | {"Mcp_Method": "tools/call"})) == (400, -32020)
    call, named = new("tools/call", {"name": "hallo_pixazo", "arguments": {}})
    assert error(send(url, key, call, **named)) == (400, -32020)
    assert error(send(url, key, call, Mcp_Name="get_balance", **named)) == (400, -32020)
    assert send(url, key, call, Mcp_Name="hallo_pixazo", **named).status_code == 200


def test_what_nobody_knows(url, key):
    for method in ("pixazo/nothing", "ping"):
        body, headers = new(method)
        assert error(send(url, key, body, **headers)) == (404, -32601)
    call, named = new("tools/call", {"name": "no_such_tool", "arguments": {}})
    answer = send(url, key, call, Mcp_Name="no_such_tool", **named)
    assert answer.json()["result"]["isError"] is True
    for method in ("PUT", "GET", "DELETE"):
        for era in (NEW, OLD):
            answer = send(url, key, b"", method=method, MCP_Protocol_Version=era)
            assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")
        assert send(url, None, b"", method=method).status_code == 401


def test_progress_comes_as_events_and_an_answer_alone_as_json(url, key, painter, monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    arguments = {"prompt": "a cat", "wait_seconds": 0}
    call, headers = new("tools/call", {"name": "pix_generate", "arguments": arguments})
    answer = send(url, key, call, Mcp_Name="pix_generate", **headers)
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["result"]["isError"] is False
    # A line of a worker leads back to this call by it.
    assert Batch.objects.get().request_id == answer.headers["X-Request-ID"]
    call["params"]["_meta"] = META | {"progressToken": 3}
    answer = send(url, key, call, Mcp_Name="pix_generate", **headers)
    assert answer.headers["Content-Type"].startswith("text/event-stream")
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line.startswith("data:")]
    assert events[0]["method"] == "notifications/progress"
    assert events[0]["params"]["progressToken"] == 3
    assert events[-1]["id"] == 1
    assert Batch.objects.count() == 2


def test_the_handshake_of_older_clients_and_any_process_may_go_on(url, key):
    """Without sessions (docs/decisions/0011): what others refuse for want of one is answered."""
    hello = {"capabilities": {}, "clientInfo": {"name": "old", "version": "1"}}
    for version in (OLD, "2024-11-05"):
        answer = send(url, key, asked("initialize", {"protocolVersion": version, **hello}))
        assert answer.status_code == 200
        assert "Mcp-Session-Id" not in answer.headers
        assert f'"protocolVersion":"{version}"' in answer.text
    told = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    assert send(url, key, told, MCP_Protocol_Version=OLD).status_code == 202
    for headers in ({}, {"Mcp_Session_Id": "of another process"}):
        answer = send(url, key, asked("tools/list"), MCP_Protocol_Version=OLD, **headers)
        assert answer.status_code == 200
        assert "pix_generate" in answer.text


@pytest.mark.parametrize("value", ['"a\\u0000b"', '"\\ud800"', "NaN", "1e999", '[["\\u0000"]]'])
def test_what_is_no_text_or_number_is_refused_in_words(url, key, painter, value):
    for tool, name in (("pix_generate", "prompt"), ("list_images", "limit"), ("get_image", "x")):
        call, headers = new("tools/call", {"name": tool, "arguments": {"prompt": "x", name: "@"}})
        answer = send(url, key, json.dumps(call).replace('"@"', value), Mcp_Name=tool, **headers)
        assert answer.status_code == 200
        result = answer.json()["result"]
        assert result["isError"]
        assert "broke" not in result["content"][0]["text"]
    assert not Batch.objects.exists()


def test_a_body_that_is_too_large_is_not_read(url, key):
    """Answered as soon as it says how long it is: nothing of it is sent here."""
    for sent, status in ((key, 413), ("pxz_nobody", 401)):
        connection = HTTPConnection(urlsplit(url).netloc, timeout=30)
        connection.putrequest("POST", "/mcp")
        headers = {"Authorization": f"Bearer {sent}", "Accept": BOTH, "MCP-Protocol-Version": NEW}
        headers |= {"Content-Type": "application/json", "Content-Length": str(17 * 2**20)}
        for name, value in headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        assert connection.getresponse().status == status
        connection.close()
