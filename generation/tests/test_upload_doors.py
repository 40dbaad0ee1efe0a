"""The uploads' doors: for the page and for programs, and how what was uploaded is shown."""

import base64
import itertools
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from generation.models import Batch, ForbiddenWord, Upload
from generation.tests.doors import by_api
from generation.tests.page import FETCH, address
from generation.tests.pictures_for_tests import as_bytes, bring, picture
from generation.tests.programs import key_client
from pixazo import upload_limit
from workspaces.models import Membership, Workspace


def file(content=None, name="x.png"):
    return SimpleUploadedFile(name, as_bytes(picture()) if content is None else content)


def send(client, workspace, **fields):
    return client.post(address("uploads", workspace), fields, **FETCH)


@pytest.fixture
def asked():
    """The paths that the site below was asked for."""
    return []


@pytest.fixture
def site(settings, asked):
    """A web server on this machine, which the gate is told to trust."""
    answers = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            status, headers, body = answers[self.path]
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    settings.PICTURE_HOSTS = [f"127.0.0.1:{server.server_port}"]
    answers["/picture"] = 200, {"Content-Type": "text/html"}, as_bytes(picture(20, 30), "JPEG")
    answers["/page"] = 200, {"Content-Type": "image/png"}, b"<html>not a picture</html>"
    answers["/missing"] = 404, {}, b""
    answers["/inside"] = 302, {"Location": "http://127.0.0.1:1/"}, b""
    answers["/file"] = 302, {"Location": "file:///etc/passwd"}, b""
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


# --- The page's door ---


def test_an_upload_says_how_to_name_and_show_it(as_alice, studio, alice):
    response = send(as_alice, studio, file=file())
    assert response.status_code == 201, response.content
    upload = Upload.objects.get()
    url = f"/w/studio/uploads/{upload.pk}/"
    assert response.json() == {
        "id": str(upload.pk),
        "name": f"upload:{upload.pk}",
        "url": url,
        "small_url": f"{url}?size=small",
        "width": 48,
        "height": 32,
    }
    assert (upload.author, upload.workspace, upload.origin) == (alice, studio, "file")


def test_it_is_shown_with_the_headers_of_every_picture(as_alice, studio):
    answer = send(as_alice, studio, file=file()).json()
    for url, kind in ((answer["url"], "image/png"), (answer["small_url"], "image/webp")):
        response = as_alice.get(url)
        assert response["Content-Type"] == kind
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert response["Cache-Control"] == "private, no-cache"
        again = as_alice.get(url, headers={"If-None-Match": response["ETag"]})
        assert again.status_code == 304


def test_a_mask_is_kept_as_one(as_alice, studio):
    assert send(as_alice, studio, file=file(), origin="mask").status_code == 201
    assert Upload.objects.get().origin == "mask"


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"<svg/>", 415, "wrong_format"),
        (b"", 415, "wrong_format"),
        (as_bytes(picture(64, 64))[:-60], 400, "not_a_picture"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(as_alice, studio, content, status, code):
    response = send(as_alice, studio, file=file(content))
    assert response.status_code == status
    assert response.json()["error"]["code"] == code
    assert not Upload.objects.exists()


def test_a_file_beyond_the_limit_is_refused_while_it_comes_in(as_alice, studio, monkeypatch):
    monkeypatch.setattr(upload_limit, "MOST_BYTES", 2**20)
    response = send(as_alice, studio, file=file(bytes(3 * 2**20)))
    assert response.status_code == 413
    assert response.json()["error"]["code"] == "too_large"


def test_many_files_in_one_form_are_refused(as_alice, studio):
    response = as_alice.post(
        address("uploads", studio), {f"f{number}": file() for number in range(101)}, **FETCH
    )
    assert response.status_code == 400
    assert not Upload.objects.exists()


def test_nothing_sent_is_said(as_alice, studio):
    response = send(as_alice, studio)
    assert response.status_code == 400
    assert response.json()["error"]["message"] == "Choose a picture, or give its address."


def test_who_may_only_look_brings_nothing(studio, charlie, as_charlie):
    Membership.objects.create(workspace=studio, user=charlie, role=Membership.Role.VIEWER)
    assert send(as_charlie, studio, file=file()).status_code == 403
    assert not Upload.objects.exists()


def test_strangers_bring_and_see_nothing(studio, charlie, as_charlie):
    upload = bring(studio, picture())
    assert send(as_charlie, studio, file=file()).status_code == 404
    assert as_charlie.get(address("upload", studio, upload)).status_code == 404
    own = Workspace.found(charlie, "Own")
    assert as_charlie.get(address("upload", own, upload)).status_code == 404


# --- Addresses ---


def test_an_address_is_fetched_and_judged_by_what_is_there(as_alice, studio, site):
    response = send(as_alice, studio, url=f"{site}/picture")
    assert response.status_code == 201, response.content
    assert (response.json()["width"], response.json()["height"]) == (20, 30)
    assert Upload.objects.get().origin == "url"
    assert send(as_alice, studio, url=f"{site}/page").status_code == 415


@pytest.mark.parametrize("path", ["/missing", "/inside", "/file"])
def test_an_address_that_leads_nowhere_is_refused(as_alice, studio, site, path):
    response = send(as_alice, studio, url=f"{site}{path}")
    assert response.status_code == 400
    assert response.json()["error"]["message"].endswith(".")
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/x.png",
        "http://localhost/x.png",
        "http://[::1]/x.png",
        "http://169.254.169.254/latest/meta-data",
        "http://0/",
        "http://2130706433/",
        "http://a@127.0.0.1/",
        "gopher://example.org/",
        "file:///etc/passwd",
        "http://",
    ],
)
def test_addresses_inside_are_not_even_asked(as_alice, studio, url):
    response = send(as_alice, studio, url=url)
    assert response.status_code == 400, response.content
    assert not Upload.objects.exists()


# --- The API's door ---


def test_a_program_uploads_a_file_an_address_or_a_data_url(program, studio, site):
    content = base64.b64encode(as_bytes(picture(16, 16))).decode()
    sent = [
        program.post("/api/uploads", {"file": file()}),
        post_json(program, url=f"{site}/picture", workspace="studio"),
        post_json(program, url=f"data:image/png;base64,{content}"),
    ]
    assert [response.status_code for response in sent] == [201] * 3, sent[0].content
    answers = [response.json() for response in sent]
    assert [answer["width"] for answer in answers] == [48, 20, 16]
    assert program.get(answers[0]["url"])["Content-Type"] == "image/png"
    assert program.get(answers[0]["small_url"])["Content-Type"] == "image/webp"


def test_a_programs_upload_is_its_owners(program, studio, charlie):
    url = program.post("/api/uploads", {"file": file()}).json()["url"]
    assert key_client(charlie).get(url).status_code == 404
    assert Client().get(url).status_code == 401
    assert post_json(key_client(charlie), workspace="studio", url="x").status_code == 404


def test_a_program_that_sends_nothing_is_told(program, studio):
    assert post_json(program).json()["error"]["message"] == "Send a file, or the url of a picture."
    assert post_json(program, url=7).status_code == 400


def test_a_file_too_large_for_a_program_is_refused(program, studio, monkeypatch):
    monkeypatch.setattr(upload_limit, "MOST_BYTES", 2**20)
    assert program.post("/api/uploads", {"file": file(bytes(2**21))}).status_code == 413


def post_json(program, **fields):
    return program.post("/api/uploads", json.dumps(fields), content_type="application/json")


# --- Pictures of a request ---


@pytest.mark.parametrize(
    "fields",
    [
        {"references": 3},
        {"references": 2, "width": 67},
        {"source": 1, "mode": "text"},
        {"source": 1, "mode": "paint"},
        {"source": 1, "prompt": ""},
        {"source": 1, "loras": ["nonesuch"]},
    ],
    ids=str,
)
@pytest.mark.parametrize("is_dry", [False, True])
def test_what_is_refused_anyway_costs_no_download(
    program, studio, editor, site, asked, fields, is_dry
):
    urls = {name: [f"{site}/picture"] * fields[name] for name in fields if name == "references"}
    urls |= {name: f"{site}/picture" for name in fields if name == "source"}
    response = by_api(program, **fields | urls, dry_run=is_dry)
    assert response.status_code == 400, response.content
    assert asked == []
    assert not Upload.objects.exists()


def test_a_forbidden_prompt_costs_no_download(program, studio, editor, site, asked):
    ForbiddenWord.objects.create(text="zzyzx", level="always", reason="sexual")
    response = by_api(program, prompt="zzyzx", source=f"{site}/picture")
    assert response.status_code == 422, response.content
    assert asked == []


@pytest.mark.parametrize("kind", ["address", "data", "file"])
def test_a_dry_run_fetches_and_keeps_nothing_and_says_so(
    program, studio, editor, site, asked, kind
):
    content = as_bytes(picture(67, 45))
    source = {
        "address": f"{site}/picture",
        "data": "data:image/png;base64," + base64.b64encode(content).decode(),
        "file": file(content),
    }[kind]
    fields = {"prompt": "a fox", "model": "painter", "source": source, "variation": "subtle"}
    if kind == "file":
        response = program.post("/api/generate", fields | {"dry_run": "true"})
    else:
        response = by_api(program, **fields, dry_run=True)
    assert response.status_code == 200, response.content
    answer = response.json()
    assert (answer["units"], answer["settings"]["strength"]) == (1, 0.35)
    assert "were not looked at" in answer["corrections"][-1]
    assert asked == []
    assert not Upload.objects.exists()


def test_what_is_ordered_is_fetched_and_corrected_once(program, studio, editor, site, asked):
    answer = by_api(program, source=f"{site}/picture", variation="strong", scale=2).json()
    assert asked == ["/picture"]
    assert [line[:12] for line in answer["corrections"]] == ["Scale was no", "Size set to "]
    batch = Batch.objects.get()
    assert (batch.mode, batch.strength, batch.height) == ("variation", 0.7, 48)


def test_all_pictures_of_a_request_share_one_deadline(
    program, studio, editor, site, asked, monkeypatch
):
    clock = itertools.count(0, 20)  # seconds; thirty are given
    monkeypatch.setattr("generation.api.sources.monotonic", lambda: next(clock))
    response = by_api(program, references=[f"{site}/picture", f"{site}/inside"])
    assert response.status_code == 400
    assert response.json()["error"]["code"] == "too_slow"
    assert asked == ["/picture"]
    assert not Batch.objects.exists()
