"""How calls come and what is wrong with them: forms, multipart and JSON, both ways of files."""

import json
from email.parser import BytesParser
from email.policy import HTTP
from urllib.parse import parse_qsl, urlsplit

TOKEN = "123456:AAE-a_token_of_the_stand_in_for_tests"
BOT = {"id": 123456, "is_bot": True, "first_name": "Pixazo", "username": "pixazo_test_bot"}
MB = 1024 * 1024


class Refusal(Exception):
    def __init__(self, code, description, **parameters):
        super().__init__(description)
        self.code, self.description, self.parameters = code, description, parameters

    def answer(self):
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return self.code, body | ({"parameters": self.parameters} if self.parameters else {})


def bad(words):
    return Refusal(400, f"Bad Request: {words}")


def body_of(headers, stream):
    if headers.get("Transfer-Encoding", "").lower() != "chunked":
        return stream.read(int(headers.get("Content-Length") or 0))
    parts = []
    while size := int(stream.readline().split(b";")[0], 16):
        parts.append(stream.read(size))
        stream.readline()
    stream.readline()
    return b"".join(parts)


def read(kind, body):
    """The words of a call, and its files by the names of their parts."""
    if kind.startswith("application/json"):
        return json.loads(body or b"{}"), {}
    if kind.startswith("application/x-www-form-urlencoded"):
        return dict(parse_qsl(body.decode(), keep_blank_values=True)), {}
    if not kind.startswith("multipart/form-data"):
        return {}, {}
    words, files = {}, {}
    whole = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    for part in whole.iter_parts():
        name, content = (
            part.get_param("name", header="content-disposition"),
            part.get_payload(decode=True),
        )
        if part.get_filename() is None:
            words[name] = content.decode()
        else:
            files[name] = (part.get_filename(), content)
    return words, files


def file_of(given, field, files):
    """Bytes in the field itself, or `attach://` a part of another name."""
    name = given.removeprefix("attach://") if str(given).startswith("attach://") else field
    if name not in files:
        raise bad("there is no file in the request")
    return files[name]


def from_json(value):
    return json.loads(value) if isinstance(value, str) else value


def text_of(words, name, most):
    text = words.get(name, "")
    if not text.strip():
        raise bad("message text is empty")
    if len(text) > most:
        raise bad("message is too long")
    return text


def caption_of(words):
    if len(words.get("caption") or "") > 1024:
        raise bad("message caption is too long")
    return {"caption": words["caption"]} if words.get("caption") else {}


def marks_of(words, text):
    """Offsets are UTF-16 units, as Telegram counts."""
    entities = from_json(words.get("entities") or [])
    if len(entities) > 100:
        raise bad("too many entities")
    most = len(text.encode("utf-16-le")) // 2
    for each in entities:
        if each["length"] < 1 or each["offset"] < 0 or each["offset"] + each["length"] > most:
            raise bad("ENTITY_BOUNDS_INVALID")
        if each["type"] == "text_link" and not each.get("url"):
            raise bad("can't parse entities: URL must not be empty")
    return {"entities": entities} if entities else {}


def keys_of(words):
    if not words.get("reply_markup"):
        return {}
    markup = from_json(words["reply_markup"])
    for row in markup["inline_keyboard"]:
        for button in row:
            data, url = button.get("callback_data"), button.get("url")
            if data is not None and not 1 <= len(data.encode()) <= 64:
                raise bad("BUTTON_DATA_INVALID")
            host = urlsplit(url or "https://example.org").hostname or ""
            if host in {"localhost", "127.0.0.1", ""}:
                raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return {"reply_markup": markup}
