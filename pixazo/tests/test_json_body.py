import io
import json

import pytest
from rest_framework.exceptions import ParseError

from pixazo.errors import UserError
from pixazo.json_body import JsonBody, TooLarge


def parse(body):
    return JsonBody().parse(io.BytesIO(body))


def test_an_object_is_read():
    assert parse('{"prompt": "ein Fuchs, größer 🦊"}'.encode()) == {
        "prompt": "ein Fuchs, größer 🦊"
    }


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"prompt=fox",
        b'{"prompt": "fox"',
        b'{"prompt": "fox", "prompt": "cat"}',
        b'{"width": NaN}',
        b'{"width": -Infinity}',
        b'{"width": 1e400}',
        b'{"width": -1e999}',
        b'{"width": 0.' + b"1" * 10 + b"e999999999999}",
        b'{"a": 1, "\\u0061": 2}',
        b'{"width": 0x10}',
        b'{"width": 01}',
        b'{"width": +1}',
        b'{"width": 1.}',
        b'{"a": 1,}',
        b'{"a": 1} {"b": 2}',
        b'{"a": 1}x',
        b"{'a': 1}",
        b"{a: 1}",
        b'{"a": "\n"}',
        b'{"a": "\x00"}',
        b'{"a": "\\x41"}',
        b'{"a": "\\ud83"}',
        b'// comment\n{"a": 1}',
        b'{"a": undefined}',
        b"null",
        b"true",
        b"1",
        b"[1]",
        b'"fox"',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"width": ' + b"9" * 10_000 + b"}",
        '{"prompt": "fox"}'.encode("utf-16"),
        '{"prompt": "fox"}'.encode("utf-16-le"),
        '{"prompt": "fox"}'.encode("utf-32"),
        b'{"prompt": "\xc0\xaf"}',
        b'{"prompt": "\xed\xa0\x80"}',
        b'{"a": [' + b"[" * 50_000 + b"]" * 50_000 + b"]}",
        b'{"a": ' + b'{"b": [' * 30_000,
        b'\xef\xbb\xbf{"prompt": "fox"}',
        b'{"prompt": "\xff"}',
    ],
    ids=lambda body: repr(body[:20]),
)
def test_everything_else_is_refused_in_words(body):
    with pytest.raises(ParseError) as refusal:
        parse(body)
    assert len(str(refusal.value)) < 300


def test_a_body_above_the_limit_is_not_read_to_its_end(settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    body = io.BytesIO(json.dumps({"prompt": "x" * 1000}).encode())
    with pytest.raises(TooLarge):
        JsonBody().parse(body)
    assert body.tell() == 101


@pytest.mark.parametrize(
    "body", [r'{"a": ["x\ud800"]}', r'{"\uDFFF": 1}', r'{"a": "\ude00\ud83d"}']
)
def test_halves_of_characters_are_refused_wherever_they_stand(body):
    with pytest.raises(UserError) as refusal:
        parse(body.encode())
    assert refusal.value.status == 400


def test_both_halves_together_are_a_character():
    assert parse(rb'{"a": "\ud83e\udd8a"}') == {"a": "🦊"}
