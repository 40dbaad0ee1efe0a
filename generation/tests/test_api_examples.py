"""The examples of docs/api.md run from top to bottom, as they stand there."""

import json
import re
import shlex
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import ApiKey
from generation.models import Image, Job
from generation.tests.engine import draw_all, without_cap
from generation.tests.pictures_for_tests import as_bytes, picture
from pixazo.outgoing import Fetched
from workspaces.models import Workspace

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.once]

PAGE = Path(settings.BASE_DIR, "docs", "api.md")
SITE = "http://testserver"


def commands():
    for block in re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.DOTALL | re.MULTILINE):
        for line in block.replace("\\\n", " ").splitlines():
            if line.startswith("curl "):
                yield line


def asked(line, files):
    """Method, address, headers and what is sent, of a command of curl."""
    words = iter(shlex.split(line)[1:])
    method, address, headers, form, sent, kept = "", "", {}, {}, None, ""
    for word in words:
        match word:
            case "-X":
                method = next(words)
            case "-H":
                name, _, value = next(words).partition(": ")
                headers[name] = value
            case "-d":
                sent = next(words)
            case "-o":
                kept = next(words)
            case "-F":
                name, _, value = next(words).partition("=")
                is_file = value.startswith("@")
                form[name] = SimpleUploadedFile(value[1:], files[value[1:]]) if is_file else value
            case _:
                assert word.startswith(SITE), f"{word} of {line}"
                address = word.removeprefix(SITE)
    is_post = form or sent is not None
    return method or ("POST" if is_post else "GET"), address, headers, form or sent, kept


def test_they_do_as_they_say(alice, editor, monkeypatch):
    monkeypatch.setattr("generation.doorbell.ring", lambda lane: None)
    files = {"photo.jpg": as_bytes(picture(96, 64), "JPEG")}
    there = Fetched(files["photo.jpg"], "image/jpeg")
    monkeypatch.setattr("pixazo.outgoing.fetch", lambda address, **bounds: there)
    without_cap(alice)
    Workspace.found(alice, "My workspace")
    key = ApiKey.issue(alice, "Examples")[1]
    client, known = Client(), {"PIXAZO": SITE, "KEY": key}
    ran = 0
    for line in commands():
        if "/first" in line:  # of a picture that waits
            known["JOB"] = str(order(client, key))
        said = re.sub(r"\$([A-Z]+)", lambda found: known[found[1]], line)
        method, address, headers, sent, kept = asked(said, files)
        if isinstance(sent, dict):
            got = client.post(address, sent, headers=headers)
        else:
            kind = headers.pop("Content-Type", "application/octet-stream")
            got = client.generic(method, address, sent or "", kind, headers=headers)
        content = got.getvalue()
        # Nobody draws here: health says so.
        assert got.status_code < 400 or address.endswith("/health"), (line, content)
        if kept:
            files[kept] = content
        draw_all()
        if address.endswith("/generate") and "JOB" not in known:
            known["JOB"] = json.loads(content)["job_id"]
            known["IMAGE"] = str(Image.objects.get(job=known["JOB"]).pk)
        ran += 1
    assert ran > 30
    assert not Job.objects.filter(state=Job.State.FAILED).exists()


def order(client, key):
    sent = {"prompt": "one more"}
    headers = {"Authorization": f"Bearer {key}"}
    got = client.post("/api/v1/generate", sent, "application/json", headers=headers)
    return got.json()["job_id"]
