"""The two doors of a request, asked in the same words: the studio's form and the API."""

import json

from generation.tests.page import generate

# What the form calls a thing where the API's own name is another.
FORM = {"references": "reference"}
# And where it finds the sentence.
API = {"reference": "references", "margins": "left"}


def by_form(client, workspace, **fields):
    sent = {FORM.get(name, name): _text(value) for name, value in fields.items()}
    return generate(client, workspace, **sent)


def by_api(program, **fields):
    body = {"prompt": "a red house", "model": "painter", **fields}
    return program.post("/api/generate", json.dumps(body), content_type="application/json")


def said(response):
    """The refusal's fields, or the corrections of what was accepted."""
    if response.status_code >= 400:
        fields = response.json()["error"]["fields"]
        return response.status_code, {API.get(name, name): text for name, text in fields.items()}
    if "X-Corrections" in response:
        return 200, json.loads(response["X-Corrections"])
    return 200, response.json()["corrections"]


def _text(value):
    if isinstance(value, list):
        return json.dumps(value) if value and isinstance(value[0], dict) else value
    # No browser can send half a character.
    return "" if value is None else str(value).encode(errors="replace").decode()
